import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHead, type Checkout, type HeadOptions } from '../../src/thread/checkout.ts';
import { type CheckoutFacts, restoreCheckout } from '../../src/thread/restore.ts';
import { commitFiles, type Files } from '../runs/stranger.ts';
import {
  git,
  newFolder,
  removeFolders,
  startGitServer,
  token,
  type GitServer,
} from './repository.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

const signal = new AbortController().signal;
const env = { PATH: process.env['PATH'], HOME: newFolder() };
const root = newFolder();

let server: GitServer;

beforeAll(async () => {
  server = await startGitServer(root);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  removeFolders();
});

interface Pull {
  workspace: string;
  base: string;
  head: string;
  warnings: string[];
  facts: CheckoutFacts[];
  open(changes?: Partial<HeadOptions>, config?: unknown): Promise<Checkout>;
  read(name: string): string | undefined;
}

/** A pull request from `base` to `head` on the server, and a checkout of its base. */
function newPull(base: Files, head: Files): Pull {
  const name = `demo${Math.random().toString(36).slice(2)}`;
  const served = join(root, 'octo', `${name}.git`);
  const work = newFolder();
  git(work, 'init', '--quiet');
  const baseSha = commitFiles(work, { 'code.txt': 'base\n', ...base });
  git(work, 'switch', '--quiet', '--create', 'feature');
  const headSha = commitFiles(work, { 'code.txt': 'head\n', ...head });
  git(root, 'clone', '--quiet', '--bare', work, served);
  git(served, 'update-ref', 'refs/pull/7/head', headSha);
  const workspace = join(newFolder(), name);
  git(root, 'clone', '--quiet', '--branch=main', '--depth=1', `file://${served}`, workspace);
  git(workspace, 'remote', 'set-url', 'origin', `${server.url}/octo/${name}`);
  const warnings: string[] = [];
  const facts: CheckoutFacts[] = [];
  const open = (changes: Partial<HeadOptions> = {}, config: unknown = {}): Promise<Checkout> =>
    openHead({
      workspace,
      pull: {
        number: 7,
        headSha,
        guard: { baseSha, config: JSON.stringify(config) },
      },
      repository: { owner: 'octo', name },
      serverUrl: server.url,
      token,
      env,
      onSwitch: (known) => facts.push(known),
      closing: () => signal,
      warn: (message) => warnings.push(message),
      signal,
      ...changes,
    });
  const read = (file: string): string | undefined =>
    existsSync(join(workspace, file)) ? readFileSync(join(workspace, file), 'utf8') : undefined;
  return { workspace, base: baseSha, head: headSha, warnings, facts, open, read };
}

/** The workspace brought to the head by the workflow itself, on a branch. */
function atHead(pull: Pull): Pull {
  git(
    pull.workspace,
    'fetch',
    '--quiet',
    '--depth=1',
    `${root}/octo/${pull.workspace.split('/').at(-1)}.git`,
    pull.head,
  );
  git(pull.workspace, 'checkout', '--quiet', '-b', 'theirs', pull.head);
  return pull;
}

const status = ({ workspace }: Pull): string => git(workspace, 'status', '--porcelain');

describe('on a guarded pull request', () => {
  test.each<[string, Files, Files, Record<string, string | undefined>]>([
    [
      'what was changed is the base’s',
      { 'AGENTS.md': 'base' },
      { 'AGENTS.md': 'evil' },
      { 'AGENTS.md': 'base' },
    ],
    ['what was added is absent', {}, { 'sub/AGENTS.md': 'evil' }, { 'sub/AGENTS.md': undefined }],
    [
      'what was removed is there',
      { 'CLAUDE.md': 'base' },
      { 'CLAUDE.md': undefined },
      { 'CLAUDE.md': 'base' },
    ],
    [
      'a file is in place of a folder',
      { 'AGENTS.md': 'base' },
      { 'AGENTS.md': undefined, 'AGENTS.md/x.md': 'evil' },
      { 'AGENTS.md': 'base' },
    ],
    [
      'a folder is in place of a link',
      { '.opencode/agent/a.md': 'base' },
      { '.opencode': '-> evil', 'evil/plugin/x.js': 'evil' },
      { '.opencode/agent/a.md': 'base', '.opencode/plugin/x.js': undefined },
    ],
    [
      'a link is the base’s, and so is where it leads',
      { 'CLAUDE.md': '-> docs/agents.md', 'docs/agents.md': 'base' },
      { 'docs/agents.md': 'evil' },
      { 'CLAUDE.md': 'base', 'docs/agents.md': 'base' },
    ],
    [
      'a folder that the base names is not led elsewhere',
      { 'opencode.json': '{"instructions":["docs/a.md"]}', 'docs/a.md': 'base' },
      { docs: '-> evil', 'evil/a.md': 'evil' },
      { 'docs/a.md': 'base' },
    ],
    [
      'what the base’s configuration names is the base’s',
      { 'opencode.json': '{"instructions":["rules/*.md"]}', 'rules/a.md': 'base' },
      { 'rules/a.md': 'evil', 'rules/b.md': 'evil' },
      { 'rules/a.md': 'base', 'rules/b.md': undefined },
    ],
  ])('%s', async (_, base, head, expected) => {
    const pull = newPull(base, head);
    {
      await using checkout = await pull.open();
      expect(checkout).toMatchObject({ note: '', headSha: pull.head, isGuarded: true });
      expect(checkout.setAside).not.toEqual([]);
      expect(pull.read('code.txt')).toBe('head\n');
      for (const [name, text] of Object.entries(expected))
        expect([name, pull.read(name)]).toEqual([name, text]);
      expect(status(pull)).toBe('');
      expect(git(pull.workspace, 'rev-parse', 'HEAD^')).toBe(pull.head);
    }
    expect(git(pull.workspace, 'symbolic-ref', '--short', 'HEAD')).toBe('main');
    expect(status(pull)).toBe('');
    expect(pull.warnings).toEqual([]);
  });

  test('a link in place of a file is the base’s file', async () => {
    const pull = newPull({ 'AGENTS.md': 'base' }, { 'AGENTS.md': '-> evil.md', 'evil.md': 'evil' });
    await using _checkout = await pull.open();
    expect(lstatSync(join(pull.workspace, 'AGENTS.md')).isFile()).toBe(true);
    expect(pull.read('AGENTS.md')).toBe('base');
  });

  test('what the workflow’s own configuration names is the base’s', async () => {
    const pull = newPull({ 'rules.md': 'base' }, { 'rules.md': 'evil' });
    await using _checkout = await pull.open({}, { instructions: ['rules.md'] });
    expect(pull.read('rules.md')).toBe('base');
  });

  test('what configures nothing stays the pull request’s, without a commit of ours', async () => {
    const pull = newPull({ 'AGENTS.md': 'base' }, { 'docs/x.md': 'theirs' });
    await using checkout = await pull.open();
    expect(checkout.setAside).toEqual([]);
    expect(git(pull.workspace, 'rev-parse', 'HEAD')).toBe(pull.head);
  });

  test('without a base that can be had, all of it is absent', async () => {
    const pull = newPull({ 'AGENTS.md': 'base' }, { 'CLAUDE.md': 'evil' });
    const guard = { baseSha: '9'.repeat(40), config: '{}' };
    await using checkout = await pull.open({ pull: { number: 7, headSha: pull.head, guard } });
    expect(checkout).toMatchObject({ isGuarded: true, setAside: ['AGENTS.md', 'CLAUDE.md'] });
    expect(pull.read('AGENTS.md')).toBeUndefined();
  });

  test('untracked files of the workflow’s own stay', async () => {
    const pull = newPull({}, { 'AGENTS.md': 'evil' });
    writeFileSync(join(pull.workspace, 'AGENTS.md'), 'by the workflow');
    {
      await using checkout = await pull.open();
      expect(checkout.headSha).toBe(pull.head);
      expect(pull.read('AGENTS.md')).toBe('by the workflow');
    }
    expect(pull.read('AGENTS.md')).toBe('by the workflow');
  });

  test('what the agent leaves is kept, and the guard is no part of it', async () => {
    const pull = newPull({ 'AGENTS.md': 'base' }, { 'AGENTS.md': 'evil' });
    const checkout = await pull.open();
    writeFileSync(join(pull.workspace, 'code.txt'), 'by the agent\n');
    await checkout[Symbol.asyncDispose]();
    const [, ref = ''] = /`(refs\/mention-loop\/pull-7-\w+)`/.exec(pull.warnings[0] ?? '') ?? [];
    expect(git(pull.workspace, 'diff', '--name-only', `${ref}^`, ref)).toBe('code.txt');
  });
});

describe('a workspace that shows the head by itself', () => {
  const evil = { 'AGENTS.md': 'evil', '.opencode/plugin/x.js': 'evil', 'CLAUDE.md': undefined };
  const fresh = (): Pull => atHead(newPull({ 'AGENTS.md': 'base', 'CLAUDE.md': 'base' }, evil));

  test('is guarded, and back on its branch after, with what the workflow has changed', async () => {
    const pull = fresh();
    writeFileSync(join(pull.workspace, 'code.txt'), 'by the workflow\n');
    {
      await using checkout = await pull.open();
      expect(checkout).toMatchObject({ note: '', headSha: pull.head, isGuarded: true });
      expect(pull.read('AGENTS.md')).toBe('base');
      expect(pull.read('CLAUDE.md')).toBe('base');
      expect(pull.read('.opencode/plugin/x.js')).toBeUndefined();
      expect(status(pull)).toBe('M code.txt');
    }
    expect(git(pull.workspace, 'symbolic-ref', '--short', 'HEAD')).toBe('theirs');
    expect(status(pull)).toBe('M code.txt');
    expect(pull.read('AGENTS.md')).toBe('evil');
    expect(pull.read('CLAUDE.md')).toBeUndefined();
    expect(pull.read('.opencode/plugin/x.js')).toBe('evil');
    expect(pull.warnings).toEqual([]);
  });

  test('keeps what the agent did to the guard apart, and its other work where it is', async () => {
    const pull = fresh();
    const checkout = await pull.open();
    writeFileSync(join(pull.workspace, 'AGENTS.md'), 'by the agent');
    rmSync(join(pull.workspace, 'CLAUDE.md'));
    writeFileSync(join(pull.workspace, 'code.txt'), 'by the agent\n');
    await checkout[Symbol.asyncDispose]();
    expect(pull.read('AGENTS.md')).toBe('evil');
    expect(pull.read('code.txt')).toBe('by the agent\n');
    expect(status(pull)).toBe('M code.txt');
    const [, ref = ''] = /`(refs\/mention-loop\/pull-7-\w+)`/.exec(pull.warnings[0] ?? '') ?? [];
    expect(git(pull.workspace, 'show', `${ref}:AGENTS.md`)).toBe('by the agent');
  });

  test('keeps the agent’s commits', async () => {
    const pull = fresh();
    const checkout = await pull.open();
    const made = commitFiles(pull.workspace, { 'code.txt': 'committed\n' });
    await checkout[Symbol.asyncDispose]();
    expect(pull.warnings[0]).toContain(made.slice(0, 12));
    expect(git(pull.workspace, 'rev-parse', 'theirs')).toBe(pull.head);
  });

  test('is put back by another process, as often as it is asked', async () => {
    const pull = fresh();
    await pull.open();
    const facts = JSON.parse(JSON.stringify(pull.facts[0])) as CheckoutFacts;
    for (let time = 0; time < 2; time += 1) {
      expect(await restoreCheckout(facts, env, signal)).toEqual({ isBack: true, said: '' });
      expect(status(pull)).toBe('');
      expect(pull.read('AGENTS.md')).toBe('evil');
    }
  });

  test('with changes of its own to what configures, says that nothing of it is to be read', async () => {
    const pull = fresh();
    writeFileSync(join(pull.workspace, 'AGENTS.md'), 'by the workflow');
    await using checkout = await pull.open();
    expect(checkout.isGuarded).toBe(false);
    expect(checkout.note).toMatch(/could not be taken from the base branch/);
    expect(pull.read('AGENTS.md')).toBe('by the workflow');
  });
});

test('where the head cannot be shown, what is there is guarded', async () => {
  const pull = atHead(newPull({ 'AGENTS.md': 'base' }, { 'AGENTS.md': 'evil' }));
  const headSha = '8'.repeat(40);
  const guard = { baseSha: pull.base, config: '{}' };
  await using checkout = await pull.open({ pull: { number: 7, headSha, guard } });
  expect(checkout.note).toMatch(/is there no more.*The workspace shows branch `theirs` instead/);
  expect(checkout.isGuarded).toBe(true);
  expect(pull.read('AGENTS.md')).toBe('base');
});

test('a folder without git is not guarded', async () => {
  const pull = newPull({}, {});
  await using checkout = await pull.open({ workspace: newFolder() });
  expect(checkout.isGuarded).toBe(false);
});
