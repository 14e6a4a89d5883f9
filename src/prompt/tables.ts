import type { Edit } from './edits.ts';
import type { Outline } from './outline.ts';

/**
 * What stands in a row behind the last column of its table's head: it is shown nowhere.
 * https://github.github.com/gfm/#tables-extension-
 */
export function findExcessCells(text: string, { parts }: Outline): Edit[] {
  const edits: Edit[] = [];
  let columns = 0;
  let column = 0;
  let row = { from: 0, to: 0 };
  for (const { name, from, to } of parts) {
    const isInRow = from < row.to;
    if (name === 'TableHeader' || name === 'TableRow') {
      row = { from, to };
      column = 0;
    } else if (name === 'TableDelimiter' && !isInRow) columns = countColumns(text.slice(from, to));
    else if (name === 'TableDelimiter' && from > row.from) column += 1;
    else if (name === 'TableCell' && columns > 0 && column >= columns)
      edits.push({ from, to, text: '[removed: table cell]' });
    else if (name === 'Table') columns = 0;
  }
  return edits;
}

/** Of the line of hyphens between head and body. */
function countColumns(line: string): number {
  return line.trim().replace(/^\|/, '').replace(/\|$/, '').split('|').length;
}
