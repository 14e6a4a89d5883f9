/** A pull request on an emulated GitHub, and a review that is to be posted on it. */
import {
  type Fault,
  type GitHubEmulator,
  type RecordedRequest,
  startGitHub,
} from '../../playground/github/emulator.ts';
import type { Identity } from '../../playground/github/records.ts';
import { createGitHub } from '../../src/github.ts';
import type { RunIdentity } from '../../src/marker.ts';
import type { InlineFinding, ReviewDraft } from '../../src/review/draft.ts';
import type { ReviewedPull } from '../../src/review/pull.ts';

export const identity: RunIdentity = { runId: '170', attempt: 1, invocationId: 'a-b' };
export const ours = 'github-actions[bot]';
export const headSha = '4e190e0'.padEnd(40, '0');
export const baseSha = 'ba5e'.padEnd(40, '0');

/** Spares a test the pause before the next attempt. */
export const soon = { 'retry-after': '0' };

/** Lines 1 to 40 are added. */
const patch = ['@@ -0,0 +1,40 @@', ...Array.from({ length: 40 }, (_, at) => `+${at + 1}`)].join(
  '\n',
);

/** What a test works with. */
export interface Setting extends AsyncDisposable {
  github: GitHubEmulator;
  pull: ReviewedPull;
  /** The reviews that were asked for, each as GitHub was sent it. */
  posts(): RecordedRequest[];
  /** Each request for a review gets the next of these, and afterwards none. */
  failPosts(...faults: Fault[]): void;
  /** The bodies of all reviews, without what is hidden at their end. */
  bodies(): string[];
}

/** Pull request 1 of octocat, whose file `a.txt` has forty lines more. */
export async function openSetting(changes: Partial<Identity> = {}): Promise<Setting> {
  const github = await startGitHub({ identity: changes });
  const { state } = github;
  const files = [{ filename: 'a.txt', status: 'added' as const, patch }];
  const { number } = state.addPull({ headSha, baseSha, files });
  const client = createGitHub({ token: github.token, apiUrl: github.url });
  const repository = { owner: state.owner, name: state.name };
  return {
    github,
    pull: { github: client, repository, number },
    posts: () => github.requests.filter(isPost),
    failPosts: (...faults) => {
      github.faults = (request) => (isPost(request) ? faults.shift() : undefined);
    },
    bodies: () => [...state.reviews.values()].map(({ body }) => body.replace(/\n\n<!--.*$/s, '')),
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  };
}

function isPost({ method, path }: RecordedRequest): boolean {
  return method === 'POST' && path.endsWith('/reviews');
}

/** A finding on one line, or on several. */
export function finding(line: number, changes: Partial<InlineFinding> = {}): InlineFinding {
  const place = { path: 'a.txt', side: 'RIGHT', line } as const;
  return { id: `f${line}`, body: `Finding ${line}`, ...place, ...changes };
}

/** A review whose body says in one line each what became of it. */
export function draft(changes: Partial<ReviewDraft> = {}): ReviewDraft {
  return {
    headSha,
    event: 'COMMENT',
    inline: [],
    renderBody: (moved, note) =>
      ['Reviewed.', note, ...moved.map(({ body }) => body)].filter(Boolean).join('\n'),
    ...changes,
  };
}
