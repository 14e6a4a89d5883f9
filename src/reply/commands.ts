import type { RunAtWork } from '../thread/at-work.ts';
import { code, sentence } from './plain.ts';
import type { Reply } from './render.ts';

/** Where the pages of runs are. */
export interface RunPages {
  /** The runner's `GITHUB_SERVER_URL`. */
  serverUrl: string;
  /** `owner/name`. */
  repository: string;
}

/** A run that is over: its answer, and when that came. */
export interface Ended {
  url: string;
  endedAt: string;
  isEarly: boolean;
}

const doingChars = 300;

/** A text of ours as a reply; where it is not to be told on the thread, the reaction says enough. */
export function renderCommand(text: string, isTold: boolean): Reply {
  return { comments: isTold ? [text] : [], summary: `${text}\n`, response: text, restNotice: '' };
}

/** Whether a comment of ours, read again, ends the answer of a run whose agent worked, or should have. */
export function isRunAnswer(body: string): boolean {
  return body.includes('\n<summary>Run summary</summary>\n');
}

/** What can be asked for by name. `phrase` is what the workflow takes for a mention. */
export function renderHelp(phrase: string): string {
  const rows = [
    ['…', 'Anything else is a task: the agent works on it and answers here.'],
    ['review …', 'Reviews the pull request; what you add says what to look at.'],
    ['new …', 'A task in a fresh session, which knows nothing of those before.'],
    ['stop', 'Stops the run that is at work here; what it has written is posted.'],
    ['retry', 'Runs the last request here again.'],
    ['status', 'Says what is going on here.'],
    ['help', 'Lists these.'],
  ].map(([words = '', what = '']) => `| ${code(`${phrase} ${words}`)} | ${what} |`);
  return ['| Comment | |', '|---|---|', ...rows].join('\n');
}

/** What is going on, or how the last run ended. */
export function renderStatus(
  runs: readonly RunAtWork[],
  last: Ended | undefined,
  pages: RunPages,
): string {
  if (runs.length > 0) {
    const count = runs.length === 1 ? 'One run is' : `${runs.length} runs are`;
    return [`${count} at work here:`, '', ...runs.map((run) => renderRun(run, pages))].join('\n');
  }
  if (last === undefined) return 'Nothing is at work here, and no run has answered here yet.';
  const ended = last.isEarly ? 'ended early' : 'answered';
  const at = renderTime(last.endedAt);
  return `Nothing is at work here. The last run ${ended} at ${at}: [its answer](${last.url}).`;
}

/** The answer to a stop that found nothing to stop. */
export const nothingToStop = 'Nothing is at work here that could be stopped.';

/** The answer to a stop that some run did not follow in time. */
export function renderUnstopped(runs: readonly RunAtWork[], pages: RunPages): string {
  const list = runs.map((run) => renderRun(run, pages));
  return ['Still at work, though told to stop. Cancel the workflow run:', '', ...list].join('\n');
}

function renderRun({ since, asked, progress }: RunAtWork, pages: RunPages): string {
  const request = asked === undefined ? '' : ` for [this request](${asked})`;
  const begun = `${request}, since ${renderTime(since)}`;
  if (progress === undefined) return `- A run${begun}, which has not told yet what it is doing.`;
  const { body, url, identity } = progress;
  const doing = sentence(doingOf(body), doingChars) || 'at work';
  return `- ${nameOf(identity, pages)}${begun}: ${doing} ([progress](${url}))`;
}

/** The second paragraph of a progress comment; see `renderProgress`. */
function doingOf(body: string): string {
  const [, second = ''] = body.split('\n\n');
  return second.replace(/^\*\*Now:\*\* /, '');
}

function nameOf(
  { runId, attempt }: { runId: string; attempt: number },
  { serverUrl, repository }: RunPages,
): string {
  if (!/^\d+$/.test(runId)) return 'A run';
  return `[Run ${runId}](${serverUrl}/${repository}/actions/runs/${runId}/attempts/${attempt})`;
}

function renderTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
