import type { Edit } from './edits.ts';
import type { Outline, Part } from './outline.ts';

/** Which definitions a text has, and which of them something shown refers to. */
export interface References {
  /** Addresses by label. */
  addresses: ReadonlyMap<string, string>;
  isUsed: (definition: Part) => boolean;
}

/** Reads the definitions of links, the first of each label, as CommonMark has it. */
export function readReferences(text: string, { parts }: Outline): References {
  const definitions = new Map<string, Part>();
  const used = new Set<string>();
  for (const part of parts) {
    const label = labelOf(text, part);
    if (label === undefined) continue;
    if (part.name === 'Link' && !hidesLabel(text, part)) used.add(label);
    else if (part.name === 'LinkReference' && !definitions.has(label)) definitions.set(label, part);
  }
  const addresses = [...definitions].map(([label, { address }]): [string, string] => [
    label,
    address === undefined ? '' : text.slice(address.from, address.to),
  ]);
  return {
    addresses: new Map(addresses),
    isUsed: (definition) => {
      const label = labelOf(text, definition) ?? '';
      return used.has(label) && definitions.get(label) === definition;
    },
  };
}

/** The label that a link, an image or a definition has; undefined for one with its own address. */
export function labelOf(
  text: string,
  { name, from, to, label, textEnd }: Part,
): string | undefined {
  if (!/^(?:Link|Image|LinkReference)$/.test(name)) return undefined;
  if (name !== 'LinkReference' && text[to - 1] === ')') return undefined;
  const written = label === undefined ? '' : text.slice(label.from + 1, label.to - 1);
  const begin = name === 'Image' ? from + 2 : from + 1;
  return normalize(written === '' ? text.slice(begin, textEnd) : written);
}

/** A link's label shows nowhere where the link has a text of its own: no place for sentences. */
export function hidesLabel(text: string, { name, label }: Part): boolean {
  if (name !== 'Link' || label === undefined) return false;
  return !/^[^\s]{0,30}$/.test(text.slice(label.from, label.to));
}

/** https://spec.commonmark.org/0.31.2/#matches */
function normalize(label: string): string {
  return label.trim().replaceAll(/\s+/g, ' ').toLowerCase().toUpperCase();
}

/** Footnotes that nothing refers to: GitHub shows them nowhere. */
export function findFootnotes(text: string, { parts, unmarked }: Outline): Edit[] {
  const begin = /^[ \t]*(\[\^[^\]\s]+\]):/gm;
  const found: { label: string; at: number; from: number; to: number }[] = [];
  for (const { name, from, to } of parts) {
    if (name !== 'Paragraph') continue;
    const lines = [...unmarked.slice(from, to).matchAll(begin)];
    for (const [index, line] of lines.entries()) {
      const [whole, label = ''] = line;
      const at = from + line.index + whole.length - label.length - 1;
      const next = lines[index + 1];
      const end = next === undefined ? continuation(unmarked, to) : from + next.index - 1;
      found.push({ label, at, from: at, to: end });
    }
  }
  const definedAt = new Set(found.map(({ at }) => at));
  const used = new Set(
    parts
      .filter(({ name, from }) => name === 'Link' && !definedAt.has(from))
      .map(({ from, to }) => text.slice(from, to).toLowerCase()),
  );
  return found
    .filter(({ label }) => !used.has(label.toLowerCase()))
    .map(({ from, to }) => ({ from, to, text: '[removed: footnote that nothing refers to]' }));
}

/** A footnote goes on in what is indented below it. */
function continuation(text: string, to: number): number {
  const indented = /(?:\s*\n(?: {4}|\t).*)*/y;
  indented.lastIndex = to;
  indented.test(text);
  return Math.max(to, indented.lastIndex);
}
