// Writes the README's tables of inputs and outputs from action.yml; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Entry {
  description: string;
  default?: string;
}

const readme = 'README.md';
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

const before = readFileSync(readme, 'utf8');
const after = replace(replace(before, 'inputs', inputs), 'outputs', outputs);
if (after !== before && process.argv.includes('--check')) {
  console.error(`${readme} does not match action.yml. Run \`npm run docs\`.`);
  process.exitCode = 1;
} else if (after !== before) {
  writeFileSync(readme, after);
}

function replace(text: string, name: string, rows: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${readme} lacks ${start} … ${end}.`);
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
