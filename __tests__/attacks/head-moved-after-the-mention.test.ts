/** Somebody pushes other code to the pull request after a person has asked for a look at it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { commentEvent, reviewCommentEvent, type SampleEvent } from '../../playground/events.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { callTool, createHold, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { commitFiles, newPullRepository, type PullRepository } from '../runs/stranger.ts';
import { bodies, expectEnding, type Going, watch } from '../runs/watch.ts';
import { git } from '../thread/repository.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const files = (text: string) => [
  { filename: 'code.txt', status: 'modified' as const, patch: `@@ -1 +1 @@\n-base\n+${text}` },
];

/** A push to the branch of the pull request, forced as a rule; the new head. */
function push({ served }: PullRepository): string {
  const work = join(served, '..');
  git(work, 'switch', '--quiet', '--detach', 'main');
  const sha = commitFiles(work, { 'code.txt': 'MOVED\n' });
  git(work, 'update-ref', 'refs/pull/2/head', sha);
  git(work, 'switch', '--quiet', 'main');
  return sha;
}

function addPull(state: GitHubState, { head, base }: PullRepository): number {
  state.addIssue();
  return state.addPull({ headSha: head, baseSha: base, files: files('head') }).number;
}

const look = callTool('bash', { command: 'cat code.txt; git rev-parse HEAD', description: 'Look' });

function seen(): string {
  return lab.asked.at(-1)?.messages.findLast(({ role }) => role === 'tool')?.text ?? '';
}

test('the run stays at the head that it began with, and the reply says that there is another', async () => {
  const pull = newPullRepository(await lab.folder(), {}, {});
  const hold = createHold();
  lab.answer([look, say(['Seen.', hold])]);
  let moved = '';
  const run = await watch(lab, {
    event: (state) => commentEvent(state, { number: addPull(state, pull), body: '/oc look' }),
    github: { gitDirectory: pull.served },
    inputs: await lab.local(),
    workspace: pull.workspace,
    meanwhile: async ({ github, event, untilJournalled }: Going) => {
      await untilJournalled('Seen');
      moved = push(pull);
      github.state.pushTo(event.number, moved, files('MOVED'));
      hold.release();
    },
  });
  expectEnding(run, 'success', 'completed');
  expect(seen()).toBe(`head\n${pull.head}\n`);
  const [about, now] = [pull.head.slice(0, 7), moved.slice(0, 7)];
  expect(bodies(run)).toContain(
    `The pull request has moved since: this is about \`${about}\`, its head is now \`${now}\`.`,
  );
});

test('a push before the run began changes nothing where the payload names the commit', async () => {
  const pull = newPullRepository(await lab.folder(), {}, {});
  lab.answer([look, say('Seen.')]);
  const event = (state: GitHubState): SampleEvent => {
    const asked = reviewCommentEvent(state, { number: addPull(state, pull), body: '/oc look' });
    state.pushTo(asked.number, push(pull), files('MOVED'));
    return asked;
  };
  const run = await watch(lab, {
    event,
    github: { gitDirectory: pull.served },
    inputs: await lab.local(),
    workspace: pull.workspace,
  });
  expectEnding(run, 'success', 'completed');
  expect(seen()).toBe(`head\n${pull.head}\n`);
  expect(JSON.stringify(lab.asked.map(({ body }) => body))).not.toContain('MOVED');
  expect(lab.asked[0]?.prompt).toContain(`at ${pull.head}`);
  expect(bodies(run)).toContain('The pull request has moved since');
});

test('a head that is gone is not replaced by the one pushed in its place, and the reply says so', async () => {
  const pull = newPullRepository(await lab.folder(), {}, {});
  const gone = { ...pull, head: '1234567'.padEnd(40, '0') };
  lab.answer([look, say('Seen.')]);
  const run = await watch(lab, {
    event: (state) => {
      const asked = reviewCommentEvent(state, { number: addPull(state, gone), body: '/oc look' });
      state.issue(asked.number).pull?.files.splice(0, 1, ...files('MOVED'));
      state.pushTo(asked.number, push(pull));
      state.issue(asked.number).pull?.earlier.splice(0);
      return asked;
    },
    github: { gitDirectory: pull.served },
    inputs: await lab.local(),
    workspace: pull.workspace,
  });
  expectEnding(run, 'success', 'completed');
  expect(seen()).toBe(`base\n${pull.base}\n`);
  expect(bodies(run)).toMatch(/its commit `1234567` is there no more/);
  expect(lab.asked[0]?.prompt).toContain('Its diff is of a later head');
  expect(readFileSync(join(pull.workspace, 'code.txt'), 'utf8')).toBe('base\n');
});
