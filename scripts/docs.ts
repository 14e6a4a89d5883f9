// Writes the README's tables of inputs and outputs from action.yml, and the table of serve's flags in
// docs/remote.md from src/serve/flags.ts; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

import { type Flag, flags, variableOf } from '../src/serve/flags.ts';

interface Entry {
  description: string;
  default?: string;
}

const action = parse(readFileSync('action.yml', 'utf8')) as Record<
  'inputs' | 'outputs',
  Record<string, Entry>
>;

const inputs = table(
  ['Input', 'Default', 'Meaning'],
  Object.entries(action.inputs).map(([name, entry]) => [
    code(name),
    code(entry.default ?? ''),
    entry.description,
  ]),
);
const outputs = table(
  ['Output', 'Meaning'],
  Object.entries(action.outputs).map(([name, entry]) => [code(name), entry.description]),
);

const options = table(
  ['Flag', 'Variable', 'Default', 'Meaning'],
  (flags as readonly Flag[]).map(({ name, value, byDefault, isSecret, isRepeated, help }) => [
    isSecret ? '' : code(value === undefined ? `--${name}` : `--${name} ${value}`),
    value === undefined ? '' : code(variableOf(name)),
    code(byDefault ?? ''),
    isRepeated ? `${help} May be given more than once.` : help,
  ]),
);

write('README.md', 'action.yml', { inputs, outputs });
write('docs/remote.md', 'src/serve/flags.ts', { flags: options });

/** Puts tables between their marks in a page; with `--check`, says where they are not there yet. */
function write(page: string, source: string, tables: Readonly<Record<string, string>>): void {
  const before = readFileSync(page, 'utf8');
  let after = before;
  for (const [name, rows] of Object.entries(tables)) after = replace(page, after, name, rows);
  if (after === before) return;
  if (!process.argv.includes('--check')) return writeFileSync(page, after);
  console.error(`${page} does not match ${source}. Run \`npm run docs\`.`);
  process.exitCode = 1;
}

function replace(page: string, text: string, name: string, rows: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${page} lacks ${start} … ${end}.`);
  return `${text.slice(0, from + start.length)}\n\n${rows}\n\n${text.slice(to)}`;
}

/** Padded as prettier pads it, so that formatting the README changes nothing. */
function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|').trim()))];
  const widths = head.map((_, column) =>
    Math.max(3, ...all.map((row) => row[column]?.length ?? 0)),
  );
  const lines = all.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
