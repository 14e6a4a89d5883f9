/** What whole runs that review share: a pull request, what a reviewer says, and one run on it. */
import { randomUUID } from 'node:crypto';

import { expect } from '@jest/globals';

import { commentEvent, pullEvent, type SampleEvent } from '../../playground/events.ts';
import {
  type GitHubEmulator,
  type GitHubOptions,
  startGitHub,
} from '../../playground/github/emulator.ts';
import type {
  ChangedFile,
  PullDraft,
  Review,
  ReviewComment,
} from '../../playground/github/records.ts';
import { type ActionResult, runAction } from '../../playground/runner.ts';
import { callTool, type Step } from '../../playground/script.ts';
import type { Lab } from './lab.ts';
import { ownLogin } from './watch.ts';

/** A pull request that runs review one after another. */
export interface Reviewed extends AsyncDisposable {
  github: GitHubEmulator;
  number: number;
  /** A run on the pull request as it stands now, by its event, or by a comment where there is a body. */
  run(inputs?: Record<string, string>, body?: string): Promise<Outcome>;
  /** A push to it, as it stands now. */
  event(): SampleEvent;
  /** Our comments on the thread. */
  comments(): string[];
  /** Our reviews so far, oldest first. */
  reviews(): Review[];
  /** Our comments on lines so far. */
  inline(): ReviewComment[];
}

/** What a run came to. */
export interface Outcome extends ActionResult {
  /** The newest review of ours, where this run has made one. */
  review: Review | undefined;
  /** Our comments on the thread. */
  comments: string[];
}

/** Lines 1 to 9 of a file, of which 5 is changed; 30 is added far below. */
export const files: ChangedFile[] = [
  {
    filename: 'src/greet.js',
    status: 'modified',
    additions: 2,
    deletions: 1,
    patch:
      '@@ -2,7 +2,7 @@ first\n two\n three\n four\n-five\n+FIVE\n six\n seven\n eight\n@@ -28,2 +28,3 @@\n l28\n l29\n+l30\n\\ No newline at end of file',
  },
];

/** A review as the agent gives it. */
export function verdict(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const risk = { level: 'LOW', reason: 'It is small.' };
  return { verdict: name, verified: 'Read it.', findings: [], risk, former: [], ...more };
}

/** A finding as the agent gives it. */
export function finding(
  title: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return { severity: 'blocking', title, body: '', place: null, suggestion: null, ...more };
}

/** A place on the right. */
export function at(line: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { path: 'src/greet.js', side: 'RIGHT', line, startLine: null, ...more };
}

/** The answer of a model that hands over an object. */
export function give(answer: Record<string, unknown>, text = ''): Step {
  return callTool('StructuredOutput', answer, { text });
}

/** Opens a pull request on a GitHub of its own. */
export async function openReviewed(
  lab: Lab,
  draft: PullDraft & { from?: 'branch' | 'fork' | 'dependabot' } = {},
  options: GitHubOptions = {},
): Promise<Reviewed> {
  const github = await startGitHub(options);
  const { state } = github;
  state.setPermission('octocat', 'write');
  const first = pullEvent(state, { author: 'octocat', headSha: 'a'.repeat(40), files, ...draft });
  const { number } = first;
  const ours = (): Review[] =>
    [...state.reviews.values()].filter(({ author }) => author === ownLogin);
  const comments = (): string[] =>
    [...state.comments.values()]
      .filter(({ author }) => author === ownLogin)
      .map(({ body }) => body);
  return {
    github,
    number,
    event: () => eventOf(github, number),
    comments,
    reviews: ours,
    inline: () => [...state.reviewComments.values()].filter(({ author }) => author === ownLogin),
    run: async (inputs = {}, body) => {
      const before = ours().length;
      const event = body === undefined ? eventOf(github, number) : comment(github, number, body);
      const given = { ...(await lab.remote()), review: 'true', ...inputs };
      const result = await runAction({
        event,
        github,
        inputs: given,
        workspace: lab.sample.directory,
      });
      expect(github.violations).toEqual([]);
      expect(result.log).not.toMatch(/TypeError|ReferenceError|internal-error/);
      expect(state.issue(number).labels).not.toContain('agent: working');
      const all = ours();
      return {
        ...result,
        review: all.length > before ? all.at(-1) : undefined,
        comments: comments(),
      };
    },
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  };
}

/** The event of a push to a pull request that is there. */
function eventOf(github: GitHubEmulator, number: number): SampleEvent {
  const { state } = github;
  const scratch = state.issue(number);
  const { author, pull } = scratch;
  const event = pullEvent(state, { ...pull, author, labels: scratch.labels });
  state.issues.delete(event.number);
  const payload = JSON.parse(
    JSON.stringify(event.payload).replaceAll(`/${event.number}"`, `/${number}"`),
  ) as Record<string, unknown>;
  payload['number'] = number;
  payload['pull_request'] = { ...(payload['pull_request'] as object), number };
  return { ...event, payload, number };
}

function comment(github: GitHubEmulator, number: number, body: string): SampleEvent {
  return commentEvent(github.state, { number, body, author: 'octocat' });
}

/** All that the model was told in a request, by its number from 0. */
export function told(lab: Lab, request = 0): string {
  return (lab.asked[request]?.messages ?? []).map(({ text }) => text).join('\n');
}

/** A commit that nobody else has. */
export function anySha(): string {
  return randomUUID().replaceAll('-', '').padEnd(40, '0');
}
