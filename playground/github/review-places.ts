import type { ChangedFile } from './records.ts';

/** A comment of a review as it is asked for. */
export interface PlaceDraft {
  path: string;
  body: string;
  line?: number;
  side?: 'LEFT' | 'RIGHT';
  start_line?: number;
  start_side?: 'LEFT' | 'RIGHT';
}

const BODY_CHARS = 65_536;
const THREAD = 'Pull request review thread';

/**
 * What GitHub has against a comment's text and place, in its own words. `LEFT` is for removed lines,
 * `RIGHT` for added ones and those around them; several lines are of one hunk.
 * https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request
 */
export function checkPlace(draft: PlaceDraft, files: readonly ChangedFile[]): string[] {
  const { path, body, line, side = 'RIGHT', start_line: start, start_side = side } = draft;
  if (body.trim() === '') return ['Review comments is invalid'];
  if (body.length > BODY_CHARS) return [`Body is too long (maximum is ${BODY_CHARS} characters)`];
  const file = files.find(({ filename }) => filename === path);
  if (file === undefined) return ['Path could not be resolved'];
  const hunks = (file.patch ?? '').split(/^(?=@@ )/m).map(readLines);
  const hunk = hunks.find((lines) => lines.has(`${side} ${line}`));
  const blank = `${THREAD} diff hunk can't be blank`;
  if (hunk === undefined) return [`${THREAD} line must be part of the diff`, blank];
  if (start === undefined) return [];
  if (line === undefined || start >= line) {
    return [`${THREAD} start line must precede the end line.`];
  }
  if (hunk.has(`${start_side} ${start}`)) return [];
  return [`${THREAD} start line must be part of the same hunk as the line.`];
}

/** The lines of a hunk, each by its side and number. */
function readLines(hunk: string): Set<string> {
  const [head = '', ...lines] = hunk.split('\n');
  const [, left = '0', right = '0'] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(head) ?? [];
  let [old, current] = [Number(left), Number(right)];
  const found = new Set<string>();
  for (const line of lines) {
    const sign = line.charAt(0);
    if (sign === '-') found.add(`LEFT ${old++}`);
    if (sign === '+') found.add(`RIGHT ${current++}`);
    if (sign !== ' ') continue;
    found.add(`RIGHT ${current++}`);
    old += 1;
  }
  return found;
}
