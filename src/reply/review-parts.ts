import type { FormerFinding, FindingPlace } from '../review/review.ts';
import type { PlannedFinding } from '../review/plan.ts';
import { code, codeBlock, plain } from './plain.ts';
import { closingOf, clusterEnd } from './split.ts';

/** A stretch of a review's body that may have to give way. */
export interface Part {
  /** What is less important gives way first. */
  weight: number;
  full: string;
  /** What is left where there is no room for `full`. */
  short: string;
}

/** A title has 200 characters (`titleChars`), a former one fewer. */
const titleChars = 200;

const weights: Readonly<Record<FormerFinding['severity'], number>> = {
  'missing-test': 2,
  concern: 3,
  blocking: 4,
};

/** What was verified, which the findings come before: cut to a paragraph where there is no room. */
export function verifiedPart(verified: string): Part {
  const text = neutralise(verified) || 'None';
  return { weight: 0, full: text + closingOf(text), short: cutMarkdown(text, 1_000) };
}

/** A finding as an item of a list: with its words, unless they stand in an inline comment. */
export function findingPart(finding: PlannedFinding): Part {
  const { inline, severity, title, isNew, body } = finding;
  const place = inline?.place ?? finding.place;
  const where = place === undefined ? '' : `${code(placeName(place))}: `;
  const short = `- ${where}${renderTitle(title)}${isNew ? ' **(new)**' : ''}`;
  const below = inline === undefined ? [neutralise(body), renderFix(finding)] : [];
  const words = below.filter((text) => text !== '').map((text) => text + closingOf(text));
  const full = [short, ...words.map(indent)].join('\n\n');
  return { weight: weights[severity], full, short };
}

/** A former finding in one line. */
export function formerPart(state: string, { title, path, severity }: FormerFinding): Part {
  const line = `- ${state}: ${path === undefined ? '' : `${code(path)}: `}${renderTitle(title)}`;
  return { weight: state === 'Fixed' ? 1 : weights[severity], full: line, short: line };
}

/**
 * A title as text. Its `@` stay: the whole body goes through `renderHarmless`, which would take an
 * escaped one for a mention too.
 */
export function renderTitle(title: string): string {
  return plain(title, titleChars).replaceAll('@&#8203;', '@');
}

/** `path:12`, or `path:12-14`; lines before the change are called so. */
export function placeName({ path, side, line, startLine }: FindingPlace): string {
  const lines = startLine === undefined ? `${line}` : `${startLine}-${line}`;
  return `${shortenPath(path)}:${lines}${side === 'LEFT' ? ' (before)' : ''}`;
}

/** The end of a path says more than its beginning, and `code` shows 200 characters. */
function shortenPath(path: string): string {
  return path.length <= 150 ? path : `…${path.slice(-149)}`.toWellFormed();
}

/** A fix that nobody can take over by a click; empty for none. */
export function renderFix({ suggestion, place }: PlannedFinding): string {
  if (suggestion === undefined) return '';
  const where = place === undefined ? '' : ` for ${code(placeName(place))}`;
  if (suggestion === '') return `Suggested fix${where}: delete these lines.`;
  return `Suggested fix${where}:\n\n${codeBlock(suggestion.replace(/\r?\n$/, ''))}`;
}

/**
 * Text of the agent is to make no suggestion of its own: GitHub would apply it to any lines. Behind a
 * fence, in a list, a quotation or a footnote too, `&#115;` is a letter as well, and every white space
 * is left out: https://spec.commonmark.org/0.31.2/#info-string. GitHub makes `<pre lang="...">` of it,
 * which may be written by hand: https://github.com/github/cmark-gfm (`--github-pre-lang`).
 */
export function neutralise(text: string): string {
  const fence =
    /^((?:[ \t>*+\-\d.)]|\[\^[^\]\n]*\]:)*(?:`{3,}(?!`)|~{3,}(?!~))[ \t\v\f]*)(?:suggestion|(?=\S{0,200}&))/gim;
  const tag =
    /(<pre\b[^>]{0,200}?\blang\s{0,9}=\s{0,9}(?:["']\s{0,9})?)(?:suggestion|(?=[^\s"'>]{0,200}&))/gi;
  return text.replaceAll(fence, '$1text').replaceAll(tag, '$1text');
}

/** Markdown of at most so many characters, and what closes it. */
export function cutMarkdown(text: string, most: number): string {
  if (text.length <= most) return text + closingOf(text);
  const shown = `${text.slice(0, clusterEnd(text, 0, most))}…`;
  return shown + closingOf(shown);
}

/** As many parts as fit, and how many had to give way. */
export interface Fitted {
  texts: string[];
  shortened: number;
  leftOut: number;
}

/**
 * Has parts give way until they have `room` characters: the least important and the last first, from
 * full to short, and only then from short to none. What is left out is an empty text.
 */
export function fitParts(parts: readonly Part[], room: number): Fitted {
  const texts = parts.map(({ full }) => full);
  let total = texts.reduce((sum, text) => sum + text.length + 2, 0);
  const result: Fitted = { texts, shortened: 0, leftOut: 0 };
  const order = parts
    .map((part, at) => ({ part, at }))
    .toSorted((one, other) => one.part.weight - other.part.weight || other.at - one.at);
  const give = (at: number, text: string): boolean => {
    const gain = (texts[at]?.length ?? 0) - text.length;
    if (total <= room || gain <= 0) return false;
    total -= gain;
    texts[at] = text;
    return true;
  };
  for (const { part, at } of order) if (give(at, part.short)) result.shortened += 1;
  for (const { at } of order) if (give(at, '')) result.leftOut += 1;
  return result;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
