import { namedFiles } from '../limits.ts';
import type { Diff, Entry, Pull, Thread } from '../thread/thread.ts';
import type { Blocks } from './block.ts';
import { oneLine } from './block.ts';
import { showHidden } from './hidden.ts';

/** The conversation as blocks of data, oldest first, with notes on what was left out. */
export function renderThread(thread: Thread, blocks: Blocks): string[] {
  const { pull } = thread;
  return [
    renderOpening(thread, blocks),
    ...(thread.leftOut > 0 ? [leftOutNote(thread.leftOut)] : []),
    ...(thread.later > 0 ? [laterNote(thread.later)] : []),
    ...[...thread.entries, ...(pull?.reviews ?? []), ...(pull?.reviewComments ?? [])]
      .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
      .map((entry) => renderEntry(entry, blocks)),
    ...(pull === undefined ? [] : renderPull(pull, blocks)),
  ];
}

/** Title, description and state. */
export function renderOpening(
  { ref, author, role, title, body, state, pull }: Thread,
  blocks: Blocks,
) {
  const name = ref.kind === 'pull' ? 'pull request' : 'issue';
  const facts = [`Title: ${oneLine(title)}`, `State: ${state}${pull?.isDraft ? ', draft' : ''}`];
  if (pull !== undefined) {
    const fork = pull.isFork ? ', which is in a fork' : '';
    facts.push(`Branches: into ${pull.baseRef} from ${pull.headRef}${fork}, at ${pull.headSha}`);
  }
  const heading = `${name} #${ref.number} by @${author} (role: ${role})`;
  return blocks.render(heading, [...facts, '', showHidden(body)].join('\n'));
}

/** One thing that somebody wrote; `note` goes behind its heading. */
export function renderEntry(entry: Entry, blocks: Blocks, note = ''): string {
  return blocks.render(
    headingOf(entry) + note,
    [placeOf(entry), showHidden(entry.body)].filter(Boolean).join('\n\n'),
  );
}

function headingOf({ kind, author, role, createdAt, state }: Entry): string {
  const what = kind === 'review-comment' ? 'review comment' : kind;
  const verdict = state === undefined ? '' : `, ${state.replaceAll('_', ' ')}`;
  return `${what} by @${author} (role: ${role}${verdict}) at ${createdAt}`;
}

/** An outdated comment has no line any more: then only its hunk says what it is about. */
function placeOf({ place }: Entry): string {
  if (place === undefined) return '';
  if (place.line !== undefined) return `On ${oneLine(place.path)}, line ${place.line}:`;
  return [`On ${oneLine(place.path)}:`, place.diffHunk].filter(Boolean).join('\n');
}

function renderPull({ diff, reviewThread }: Pull, blocks: Blocks): string[] {
  const thread = reviewThread.map((entry) => renderEntry(entry, blocks));
  return [
    ...renderDiff(diff, blocks),
    ...(thread.length > 0 ? ['The task was asked in this review thread:', ...thread] : []),
  ];
}

/** A diff, and what is left out of it. */
export function renderDiff(diff: Diff, blocks: Blocks, what = 'The pull request'): string[] {
  const { shownFiles, leftOutFiles, unnamedFiles } = diff;
  const missing = leftOutFiles.length + unnamedFiles;
  const later =
    diff.isLater === true ? ' Its diff is of a later head than the one named above.' : '';
  const whole = `${what} changes ${count(shownFiles + missing, 'file')}.${later}`;
  if (missing === 0) return [whole, ...renderText(diff, blocks)];
  return [
    `${whole} The diff of ${count(missing, 'file')} is left out: look at them in the checkout.`,
    ...renderText(diff, blocks),
    ...(leftOutFiles.length > 0 ? [renderNames(diff, blocks)] : []),
  ];
}

function renderText({ text }: Diff, blocks: Blocks): string[] {
  return text === '' ? [] : [blocks.render('diff', text)];
}

function renderNames({ leftOutFiles, unnamedFiles }: Diff, blocks: Blocks): string {
  const named = leftOutFiles.slice(0, namedFiles).map(oneLine);
  const further = leftOutFiles.length - named.length + unnamedFiles;
  const rest = further > 0 ? [`and ${further} more`] : [];
  return blocks.render('files left out of the diff', [...named, ...rest].join('\n'));
}

function leftOutNote(leftOut: number): string {
  const entries = leftOut === 1 ? '1 older entry' : `${leftOut} older entries`;
  return `To keep this short, ${entries} of the conversation ${leftOut === 1 ? 'is' : 'are'} left out here.`;
}

/** Says that something was written that is not shown. */
export function laterNote(later: number): string {
  const what = later === 1 ? '1 entry of the conversation that was' : `${later} entries that were`;
  return `Left out ${later === 1 ? 'is' : 'are'} ${what} written or edited after the task was asked.`;
}

/** A number with its noun. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
