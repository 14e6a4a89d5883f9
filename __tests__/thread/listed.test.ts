import { describe, expect, test } from '@jest/globals';

import { edit } from '../../playground/github/call.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import { readSaid } from '../../src/event/said.ts';
import { createGitHub } from '../../src/github.ts';
import { type CommentList, followComments, listNewest } from '../../src/thread/listed.ts';

const signal = AbortSignal.timeout(60_000);
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function listOn({ url, token, state }: GitHubEmulator, kind: CommentList['kind']): CommentList {
  const { number } = state.addPull();
  return {
    github: createGitHub({ token, apiUrl: url }),
    repository: { owner: state.owner, name: state.name },
    thread: { kind: 'pull', number },
    kind,
  };
}

describe('following a list', () => {
  test.each(['issue', 'review'] as const)(
    'asks for what has changed, and nothing else is counted (%s)',
    async (kind) => {
      await using github = await startGitHub();
      const { state } = github;
      const list = listOn(github, kind);
      const { number } = list.thread;
      const add = (body: string, createdAt: string) =>
        kind === 'issue'
          ? state.addComment(number, { body, createdAt })
          : state.addReviewComment(number, { body, createdAt });
      add('Before.', at(0));
      const look = followComments(list, at(1));
      const texts = async () => {
        const { items, isDear } = await look(signal);
        expect(isDear).toBe(false);
        return readSaid(kind, items).map(({ body }) => body);
      };
      expect(await texts()).toEqual([]);
      expect(await texts()).toEqual([]);
      const one = add('One.', at(2));
      expect(await texts()).toEqual(['One.']);
      expect(await texts()).toEqual([]);
      edit(one, 'Edited.', at(3));
      expect(await texts()).toEqual(['Edited.']);
      expect(github.requests.map(({ status }) => status)).toEqual([200, 304, 200, 304, 200]);
      expect(github.violations).toEqual([]);
    },
  );

  test('goes on behind a page that is full of what others wrote', async () => {
    await using github = await startGitHub();
    const list = listOn(github, 'issue');
    const { number } = list.thread;
    for (let second = 0; second < 205; second += 1)
      github.state.addComment(number, { body: String(second), createdAt: at(second) });
    const look = followComments(list, at(0));
    const seen = new Set<string>();
    for (let looks = 0; looks < 4; looks += 1)
      for (const { body } of readSaid('issue', (await look(signal)).items)) seen.add(body);
    expect(seen.size).toBe(205);
    expect((await look(signal)).items).toEqual([]);
  });

  test('says so where a look is counted though nothing has changed', async () => {
    await using github = await startGitHub({
      faults: () => ({ status: 200, body: [], headers: {} }),
    });
    const look = followComments(listOn(github, 'issue'), at(0));
    expect(await look(signal)).toEqual({ items: [], isDear: true });
    github.faults = () => ({ status: 200, body: [], headers: { etag: '"same"' } });
    expect(await look(signal)).toEqual({ items: [], isDear: false });
    expect(await look(signal)).toEqual({ items: [], isDear: true });
  });

  test('rejects with what GitHub refused', async () => {
    await using github = await startGitHub({ faults: () => ({ status: 403 }) });
    const look = followComments(listOn(github, 'review'), at(0));
    await expect(look(signal)).rejects.toMatchObject({
      reason: 'github-error',
      message: expect.stringContaining('read the review comments of #1'),
    });
  });
});

test('the newest of a long list are read, in two requests or three', async () => {
  await using github = await startGitHub();
  const list = listOn(github, 'issue');
  for (let second = 0; second < 405; second += 1)
    github.state.addComment(list.thread.number, { body: String(second), createdAt: at(second) });
  const bodies = readSaid('issue', await listNewest(list, signal)).map(({ body }) => body);
  expect(bodies).toEqual(Array.from({ length: 105 }, (_, index) => String(300 + index)));
  expect(github.requests).toHaveLength(3);
});
