import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../playground/events.ts';
import { type Fault, type GitHubEmulator, startGitHub } from '../playground/github/emulator.ts';
import type { PullDraft } from '../playground/github/records.ts';
import { audienceOf, type Desk, describeRun } from '../src/desk.ts';
import { readInputs } from '../src/inputs.ts';
import { draftOf, judge, renderJudged } from '../src/judge.ts';
import { openPull } from '../src/pull.ts';
import { openReview } from '../src/reviewing.ts';
import type { Review } from '../src/review/review.ts';
import { createTranscript, toTurn } from '../src/turn/assemble.ts';
import { logged, openDeskFor } from './desk.ts';

// GitHub's failures are tried again.
jest.setTimeout(60_000);

const { signal } = new AbortController();
const pass: Review = {
  verdict: 'PASS',
  verified: '',
  findings: [],
  risk: { level: 'LOW', reason: '' },
  former: [],
};

let github: GitHubEmulator;
let temp: string;
let desk: Desk;
beforeEach(async () => {
  github = await startGitHub();
  temp = await mkdtemp(join(tmpdir(), 'judge-'));
});
afterEach(async () => {
  await desk.journal[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
  await rm(temp, { recursive: true, force: true });
  expect(github.violations).toEqual([]);
});

/** What a PASS comes to, where `meanwhile` happens while the agent reads. */
async function judgePass(
  draft: PullDraft,
  meanwhile: (number: number) => void = () => undefined,
): Promise<{ event: string | undefined; body: string; log: string }> {
  const { state } = github;
  const { number } = state.addPull({ headSha: 'a'.repeat(40), ...draft });
  const event = commentEvent(state, { number, body: '/oc review' });
  desk = await openDeskFor({ github, event, temp, inputs: { 'review-verdict': 'formal' } });
  const wanted = readInputs(desk.context.env);
  const run = await openReview(desk, wanted, openPull(desk, wanted, signal), signal);
  if (run === undefined) throw new Error('It is no review.');
  meanwhile(number);
  let result = { event: '' as string | undefined, body: '' };
  const log = await logged(async () => {
    const judged = await judge(desk, run, pass);
    const turn = { ...toTurn(createTranscript('')), error: undefined };
    const input = { turn, notes: [], facts: describeRun(desk), audience: audienceOf(desk) };
    const reply = renderJudged(desk, judged, input);
    const posted = draftOf(desk, judged, input, reply);
    result = { event: posted?.event, body: posted?.renderBody([], '') ?? '' };
  });
  return { ...result, log };
}

describe('a PASS', () => {
  test('approves', async () => {
    const { event, body } = await judgePass({});
    expect(event).toBe('APPROVE');
    expect(body).not.toContain('This review does not approve');
  });

  test.each<[string, PullDraft, string]>([
    ['from a fork', { headRepository: 'stranger/hello-world' }, 'comes from a fork'],
    ['of its own', { author: 'github-actions[bot]' }, 'the pull request is its own'],
  ])('does not approve one %s, and says so', async (_, draft, why) => {
    const { event, body } = await judgePass(draft);
    expect(event).toBe('COMMENT');
    expect(body).toMatch(new RegExp(`This review does not approve: .*${why}`));
  });

  test('does not approve what nobody has read', async () => {
    const pushed = (number: number): void => github.state.pushTo(number, 'b'.repeat(40));
    const { event, body } = await judgePass({}, pushed);
    expect(event).toBe('COMMENT');
    expect(body).toContain('This review does not approve: new commits came while it was read.');
  });

  const failures: [string, (path: string) => boolean, Fault][] = [
    ['where the head is', (path) => /\/pulls\/\d+$/.test(path), { status: 403 }],
    ['whose token it is', (path) => path === '/graphql', { status: 403 }],
  ];
  test.each(failures)(
    'does not approve where GitHub does not say %s, and says so',
    async (_, isAsked, fault) => {
      const { event, body, log } = await judgePass({}, () => {
        github.faults = ({ path }) => (isAsked(path) ? fault : undefined);
      });
      expect(event).toBe('COMMENT');
      expect(body).toContain(
        'This review does not approve: GitHub did not say whether new commits came since.',
      );
      expect(log).toContain('Whether the verdict may count is not known: ');
    },
  );
});
