import type { Diff } from '../thread/thread.ts';
import { type Blocks, oneLine } from './block.ts';

/** A finding of an earlier review, as the agent is told of it. */
export interface FoundBefore {
  id: string;
  severity: string;
  title: string;
  path: string | undefined;
}

/** What a reviewer is told beside the pull request. */
export interface ReviewAsk {
  /** Undefined for a first review. */
  former: { headSha: string; findings: readonly FoundBefore[] } | undefined;
  /** What changed since that; undefined where it is not known. */
  since: Diff | undefined;
}

/** The setting of a review, in place of what others are told of their answer and of changes. */
export const reviewSetting: readonly string[] = [
  'The task is a review of the pull request as it stands. Read its change and whatever that touches,',
  'and run and try what can be tried. Change no file: nothing of that is kept.',
  'Report what is wrong with this change, not what was so before it. Where a finding is about lines of',
  'the diff, name them; give a suggestion only where it is the exact replacement of those lines.',
  'When you are done, give the review by the tool StructuredOutput, all of it at once: it is posted as',
  'a review, and is all that people see. Its texts are GitHub Markdown, and must stand on their own.',
];

/** What former reviews found, and what has changed since; empty for a first review. */
export function renderFormerReview({ former, since }: ReviewAsk, blocks: Blocks): string[] {
  if (former === undefined) return [];
  const { headSha, findings } = former;
  const listed = findings.map(
    ({ id, severity, title, path }) =>
      `- id ${id} (${severity}${path === undefined ? '' : `, ${oneLine(path)}`}): ${oneLine(title)}`,
  );
  const name = `findings that are open from the review of ${headSha} (role: agent)`;
  return [
    'An earlier review of yours stands on this pull request. Look at what has changed since above all. Say of each of its findings whether it is fixed (`former`), and do not report it again.',
    blocks.render(name, listed.length === 0 ? '(none)' : listed.join('\n')),
    ...renderSince(since, headSha, blocks),
  ];
}

function renderSince(since: Diff | undefined, headSha: string, blocks: Blocks): string[] {
  if (since === undefined) return [];
  const { leftOutFiles, unnamedFiles } = since;
  const missing = leftOutFiles.length + unnamedFiles;
  const note = missing === 0 ? '' : ` Files left out, for they are too large: ${missing}.`;
  return [blocks.render(`diff since ${headSha}.${note}`, since.text)];
}

/** What an agent is told besides whose model takes no `StructuredOutput`. */
export function renderPlainAsk(schema: Readonly<Record<string, unknown>>): string {
  return [
    'There is no tool StructuredOutput. Give the review as your last message instead: one JSON object in a fence, by this schema:',
    '```json',
    JSON.stringify(schema),
    '```',
  ].join('\n');
}

/** What an agent is asked whose answer is not a review; `written` is what it gave, empty for nothing. */
export function renderRepair(problems: readonly string[], written: string, blocks: Blocks): string {
  const given = written === '' ? [] : [blocks.render('your answer (role: agent)', written)];
  const wrong = problems.map((problem) => `- ${oneLine(problem)}`).join('\n');
  return [
    ...given,
    'Your answer cannot be taken for a review yet:',
    blocks.plain(wrong),
    'Give the whole review once more in the same way, with this put right. Do no further work.',
  ].join('\n\n');
}
