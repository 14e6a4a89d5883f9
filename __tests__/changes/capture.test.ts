import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { capture } from '../../src/changes/capture.ts';
import type { ChangeSet } from '../../src/changes/change.ts';
import { takeSnapshot } from '../../src/changes/snapshot.ts';
import { openStore, type Store } from '../../src/changes/store.ts';
import { createRedactor } from '../../src/redact/redactor.ts';

jest.setTimeout(60_000);

const secret = 'a-secret-of-the-job-0123456789';
const { signal } = new AbortController();
let folder: string;
let store: Store;
let before: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'capture-'));
  const [workspace, temp] = [join(folder, 'workspace'), join(folder, 'temp')];
  mkdirSync(join(workspace, 'sub'), { recursive: true });
  mkdirSync(temp);
  put('sub/opencode.json', '{"instructions": ["a.md"]}\n');
  put('a.md', 'a\n');
  const git = (...args: string[]) => execFileSync('git', ['-C', workspace, ...args]);
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=Ada', '-c', 'user.email=a@b.c', 'commit', '-q', '-m', 'First');
  const options = { workspace, temp, env: process.env, invocationId: 'test' };
  store = await openStore(options, signal);
  before = (await takeSnapshot(store, signal)).tree;
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function put(path: string, text: string): void {
  writeFileSync(join(folder, 'workspace', path), text);
}

async function captured(patterns: string[] = []): Promise<ChangeSet | undefined> {
  const { tree: after } = await takeSnapshot(store, signal);
  const scope = { store, protection: { patterns, codeOwners: undefined } };
  return await capture(scope, { before, after }, createRedactor([secret]), signal);
}

const written = '{\n  "$schema": "https://opencode.ai/config.json","instructions": ["a.md"]}\n';

test('what OpenCode has written by itself is no change', async () => {
  put('sub/opencode.json', written);
  expect(await captured()).toBeUndefined();
  put('a.md', 'b\n');
  const found = await captured();
  expect(found?.changes.map(({ path }) => path)).toEqual(['a.md']);
  expect(found?.leftOut).toEqual([]);
});

test('what the agent has written there besides is one', async () => {
  put('sub/opencode.json', written.replace('a.md', 'b.md'));
  expect((await captured())?.changes.map(({ path }) => path)).toEqual(['sub/opencode.json']);
});

test('a file with a secret is left out for that, and a protected one for that', async () => {
  put('[a] !b.txt', `${secret}\n`);
  put('a.md', 'b\n');
  put('c.pem', 'c\n');
  const found = await captured(['*.pem']);
  expect(found?.changes.map(({ path }) => path)).toEqual(['a.md']);
  expect(found?.leftOut).toEqual([
    { path: '[a] !b.txt', why: 'secret' },
    { path: 'c.pem', why: 'protected' },
  ]);
});
