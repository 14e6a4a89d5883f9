import { styleText } from 'node:util';

import { type RecordedRequest } from './github/emulator.ts';

/** Prints lines with the seconds since it was made and the name of who speaks. */
export function createTimeline(print: (line: string) => void): (who: string, line: string) => void {
  const startedAt = performance.now();
  return (who, line) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
    print(`${styleText('dim', `${seconds} s  ${who.padEnd(8)}`)}${line}`);
  };
}

/** A write on GitHub in a few words; undefined for a read. */
export function describeWrite({ method, path, body }: RecordedRequest): string | undefined {
  if (method === 'GET' || path === '/graphql') return undefined;
  const verb = { POST: 'new', PATCH: 'edited', PUT: 'set', DELETE: 'removed' }[method] ?? method;
  const said = JSON.stringify(body) ?? '';
  const content = /"content":"([^"]+)"/.exec(said)?.[1] ?? '';
  if (path.includes('/reactions')) return `${verb} reaction ${content}`.trimEnd();
  const label = /"labels":\["([^"]+)"/.exec(said)?.[1] ?? path.split('/labels/')[1] ?? '';
  if (path.includes('/labels')) return `${verb} label ${decodeURIComponent(label)}`.trimEnd();
  if (/\/(comments|replies)(\/|$)/.test(path)) return `${verb} comment`;
  return `${method} ${path}`;
}

/** A heading in the terminal. */
export function heading(text: string): string {
  return `\n${styleText('bold', text)}\n`;
}

/** A printed thread for the terminal: who speaks stands out, and Markdown is as GitHub shows it. */
export function showThread(thread: string): string {
  return showMarkdown(thread.replaceAll(/^\S.*$/gm, (line) => styleText('bold', line)));
}

/** Markdown with what GitHub would fold opened, tables in columns, and alerts as quotations. */
export function showMarkdown(markdown: string): string {
  return markdown
    .replaceAll(/^( *)<details>\n *<summary>(.*)<\/summary>\n/gm, '$1▾ $2')
    .replaceAll(/\n\n *<\/details>/g, '')
    .replaceAll(/^( *)> \[!(\w)(\w*)\]$/gm, (_, indent: string, first: string, rest: string) => {
      return `${indent}> ${styleText('bold', first + rest.toLowerCase())}`;
    })
    .replaceAll(/^ *\|.*(?:\n *\|.*)*/gm, showTable);
}

/** A table of names and values as two columns, without its head and its markup. */
function showTable(table: string): string {
  const indent = /^ */.exec(table)?.[0] ?? '';
  const rows = table.trimEnd().split('\n').slice(2).map(cellsOf);
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows
    .map(([name = '', value = '']) => `  ${name.padEnd(width)}  ${value}`)
    .map((line) => `${indent}${styleText('dim', line)}`)
    .join('\n');
}

function cellsOf(row: string): string[] {
  const cells = row.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll(/`|\\(?=\|)|\[([^\]]*)\]\([^)]*\)/g, '$1'));
}

/** The outputs that say how a run went, one a line. */
export function describeOutcome(outputs: Record<string, string>, seconds: number): string {
  const isGood = ['success', 'skipped'].includes(outputs['outcome'] ?? '');
  const outcome = styleText(isGood ? 'green' : 'red', outputs['outcome'] ?? 'no outcome');
  const rows = [
    ['outcome', `${outcome} (${outputs['reason'] ?? 'no reason was given'})`],
    ['duration', `${seconds.toFixed(1)} s`],
    ['session', outputs['session-id'] ?? ''],
    ['answer', outputs['comment-url'] ?? ''],
    ['tokens', tokensOf(outputs)],
  ];
  const filled = rows.filter(([, value]) => value !== '');
  return filled.map(([name = '', value = '']) => `${name.padEnd(10)}${value}`).join('\n');
}

function tokensOf(outputs: Record<string, string>): string {
  const { 'input-tokens': read, 'output-tokens': written, 'cost-usd': cost } = outputs;
  if (!read || !written) return '';
  return `${read} in, ${written} out${cost ? `, $${cost}` : ''}`;
}
