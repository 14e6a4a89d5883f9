import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { expect, test } from '@jest/globals';

import { startGitHub } from '../../playground/github/emulator.ts';
import { findMinio, startMinio } from '../../playground/minio.ts';
import { createGitHub } from '../../src/github.ts';
import { openGitHubStore } from '../../src/lock/github-store.ts';
import { openS3Store } from '../../src/lock/s3-store.ts';
import type { LockStore } from '../../src/lock/store.ts';
import type { Arena } from './contender.ts';
import { startFront, unconditional } from './s3-front.ts';

const contenders = 20;
const rounds = 5;
const { signal } = new AbortController();
const minio = await findMinio();

interface Contender extends AsyncDisposable {
  pid: number;
  /** What it says to a line; rejects where it ends instead. */
  tell(line: string): Promise<string>;
}

async function start(arena: Arena): Promise<Contender> {
  const program = join(import.meta.dirname, 'contender.ts');
  const child = spawn(process.execPath, ['--no-warnings', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const tell = async (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`);
    const { value, done } = await said.next();
    if (done === true) throw new Error('A contender has ended.');
    return value;
  };
  const contender: Contender = {
    pid: child.pid ?? 0,
    tell,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  expect(await tell(JSON.stringify(arena))).toBe('ready');
  return contender;
}

/** All contend for one lock, in each round against the record of the last one's winner. */
async function race(arena: Arena, store: LockStore): Promise<string[][]> {
  await using stack = new AsyncDisposableStack();
  const all = await Promise.all(Array.from({ length: contenders }, () => start(arena)));
  for (const each of all) stack.use(each);
  const results: string[][] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await Promise.all(all.map((each) => each.tell('read repository')));
    const swap = (each: Contender): Promise<string> =>
      each.tell(`swap repository ${each.pid}-in-round-${round}`);
    const said = await Promise.all(all.map(swap));
    results.push(said.toSorted());
    const winner = all[said.indexOf('won')];
    const stored = await store.read('repository', signal);
    expect(stored?.text).toBe(`${winner?.pid}-in-round-${round}`);
  }
  return results;
}

const oneWinner = [...Array<string>(contenders - 1).fill('lost'), 'won'];
const oneWinnerEach = Array<string[]>(rounds).fill(oneWinner);

test('of twenty processes that want a reference at once, one has it, each time', async () => {
  await using github = await startGitHub();
  const { url, token } = github;
  const store = openGitHubStore({
    github: createGitHub({ token, apiUrl: url }),
    repository: { owner: 'octo-org', name: 'hello-world' },
    serverUrl: url,
  });
  expect(await race({ kind: 'github', url, token }, store)).toEqual(oneWinnerEach);
  expect(github.violations).toEqual([]);
}, 300_000);

// Which tests there are depends on the machine: only Go can install MinIO.
if (minio === undefined) {
  test('MinIO is not on this machine (scripts/minio.ts, MENTION_LOOP_TEST_MINIO): no race on it', () => {
    expect(minio).toBeUndefined();
  });
} else {
  test('of twenty processes that want an object at once, one has it, each time', async () => {
    await using server = await startMinio(minio);
    const store = openS3Store(server.place);
    expect(await race({ kind: 's3', place: server.place }, store)).toEqual(oneWinnerEach);
  }, 300_000);

  test('where the conditions are lost on the way, several have it: they are what holds', async () => {
    await using server = await startMinio(minio);
    await using front = await startFront(server.place, unconditional);
    const { place } = front;
    await using one = await start({ kind: 's3', place });
    await using two = await start({ kind: 's3', place });
    for (const each of [one, two]) expect(await each.tell('read repository')).toBe('seen');
    for (const each of [one, two])
      expect(await each.tell(`swap repository ${each.pid}`)).toBe('won');
  }, 120_000);
}
