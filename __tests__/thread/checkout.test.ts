import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openHead, type Checkout, type HeadOptions } from '../../src/thread/checkout.ts';
import { type CheckoutFacts, restoreCheckout } from '../../src/thread/restore.ts';
import {
  commit,
  git,
  gitBehind,
  newCheckout,
  newFolder,
  newOrigin,
  removeFolders,
  startGitServer,
  token,
  traces,
  type GitServer,
  type Origin,
} from './repository.ts';

const repository = { owner: 'octo', name: 'demo' };
const signal = new AbortController().signal;
const env = { PATH: process.env['PATH'], HOME: newFolder() };

let origin: Origin;
let server: GitServer;
const warnings: string[] = [];
const facts: CheckoutFacts[] = [];

beforeAll(async () => {
  origin = newOrigin();
  server = await startGitServer(origin.root);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  removeFolders();
});

function fresh(depth: 1 | 'all' = 1): string {
  return newCheckout(origin, `${server.url}/octo/demo`, depth);
}

function open(workspace: string, changes: Partial<HeadOptions> = {}): Promise<Checkout> {
  warnings.length = 0;
  facts.length = 0;
  return openHead({
    workspace,
    pull: { number: 7, headSha: origin.head },
    repository,
    serverUrl: server.url,
    token,
    env,
    onSwitch: (known) => facts.push(known),
    closing: () => signal,
    warn: (message) => warnings.push(message),
    signal,
    ...changes,
  });
}

function read(workspace: string, name: string): string {
  return readFileSync(join(workspace, name), 'utf8');
}

function stands(workspace: string): string {
  return git(workspace, 'rev-parse', '--symbolic-full-name', '--abbrev-ref', 'HEAD');
}

/** Where it stands and what differs, to show that nothing was changed. */
function state(workspace: string): string {
  return [
    stands(workspace),
    git(workspace, 'rev-parse', 'HEAD'),
    git(workspace, 'status', '--porcelain'),
  ].join('\n');
}

describe('a pull request', () => {
  test.each([1, 'all'] as const)(
    'is worked on in its head, in a clone of depth %s',
    async (depth) => {
      const workspace = fresh(depth);
      {
        await using checkout = await open(workspace);
        expect(checkout).toMatchObject({ directory: workspace, note: '', headSha: origin.head });
        expect(read(workspace, 'readme.md')).toBe('head\n');
        expect(read(workspace, 'added.txt')).toBe('added\n');
        expect(stands(workspace)).toBe('HEAD');
      }
      expect(stands(workspace)).toBe('main');
      expect(read(workspace, 'readme.md')).toBe('base\n');
      expect(existsSync(join(workspace, 'added.txt'))).toBe(false);
      expect(git(workspace, 'status', '--porcelain')).toBe('');
      expect(git(workspace, 'rev-parse', '--is-shallow-repository')).toBe(String(depth === 1));
      expect(warnings).toEqual([]);
    },
  );

  test('leaves a detached commit where it was', async () => {
    const workspace = fresh();
    git(workspace, 'checkout', '--quiet', '--detach');
    const before = state(workspace);
    await (await open(workspace))[Symbol.asyncDispose]();
    expect(state(workspace)).toBe(before);
  });

  test('that the workspace shows already needs nothing, uncommitted changes or not', async () => {
    const workspace = fresh();
    await open(workspace);
    writeFileSync(join(workspace, 'readme.md'), 'mine\n');
    await using checkout = await open(workspace);
    expect(checkout).toMatchObject({ note: '', headSha: origin.head });
    expect(facts).toEqual([]);
    expect(read(workspace, 'readme.md')).toBe('mine\n');
  });

  test('keeps files that git does not know where they are', async () => {
    const workspace = fresh();
    writeFileSync(join(workspace, 'built.js'), 'built');
    await using checkout = await open(workspace);
    expect(checkout.note).toBe('');
    expect(read(workspace, 'built.js')).toBe('built');
  });

  test('is left alone on an issue', async () => {
    const workspace = fresh();
    const asked = server.requests.length;
    await using checkout = await open(workspace, {
      pull: undefined,
    });
    expect(checkout.note).toBe('');
    expect(stands(workspace)).toBe('main');
    expect(server.requests).toHaveLength(asked);
  });
});

describe('the token', () => {
  test('goes out as one Authorization header, in place of one that actions/checkout left', async () => {
    const workspace = fresh();
    for (const key of [`http.${server.url}/.extraheader`, `http.${server.url}/octo.extraheader`]) {
      git(workspace, 'config', key, 'AUTHORIZATION: basic c3RhbGU=');
    }
    const asked = server.requests.length;
    await using checkout = await open(workspace);
    expect(checkout.note).toBe('');
    const headers = server.requests.slice(asked).map(({ authorization }) => authorization);
    expect(headers.length).toBeGreaterThanOrEqual(2);
    for (const header of headers) expect(header).toEqual([`basic ${traces[1]}`]);
  });

  test('is in no argument and in no file', async () => {
    const workspace = fresh();
    const log = join(newFolder(), 'trace');
    const config = read(workspace, '.git/config');
    const folder = gitBehind(`export GIT_TRACE=${log}\necho "$@" >> ${log}`);
    {
      await using checkout = await open(workspace, {
        env: { ...env, PATH: `${folder}:${env.PATH}` },
      });
      expect(checkout.note).toBe('');
      expectNoTrace(workspace);
    }
    const seen = readFileSync(log, 'utf8');
    expect(seen).toMatch(/fetch --quiet/);
    expect(seen).toMatch(/remote-http/);
    for (const trace of traces) expect(seen).not.toContain(trace);
    expectNoTrace(workspace);
    expect(read(workspace, '.git/config')).toBe(config);
  });

  test('is not in the environment of what changes the files', async () => {
    const workspace = fresh();
    const log = join(newFolder(), 'env');
    const folder = gitBehind(`case "$1" in checkout|status|reset) env >> ${log} ;; esac`);
    const secret = { GITHUB_TOKEN: token, INPUT_TOKEN: token, GIT_DIR: '/nowhere' };
    await using checkout = await open(workspace, {
      env: { ...env, ...secret, PATH: `${folder}:${env.PATH}` },
    });
    expect(checkout.note).toBe('');
    const seen = readFileSync(log, 'utf8');
    expect(seen).toContain('GIT_TERMINAL_PROMPT=0');
    for (const trace of traces) expect(seen).not.toContain(trace);
  });

  test('that is wrong ends in a note, and asks nobody', async () => {
    const workspace = fresh();
    const before = state(workspace);
    await using checkout = await open(workspace, { token: 'ghs_wrong' });
    expect(checkout.note).toMatch(
      /^The head of pull request #7 could not be checked out: git fetch/,
    );
    expect(checkout.note).toMatch(/The workspace shows branch `main` instead\.$/);
    expect(checkout.note).not.toContain('ghs_wrong');
    expect(state(workspace)).toBe(before);
  });
});

/** Makes every object a file of its own, and removes one. */
function unpackWithout(workspace: string, sha: string): void {
  const packs = join(workspace, '.git/objects/pack');
  const moved = newFolder();
  for (const name of readdirSync(packs)) renameSync(join(packs, name), join(moved, name));
  for (const name of readdirSync(moved).filter((one) => one.endsWith('.pack'))) {
    const input = readFileSync(join(moved, name));
    execFileSync('git', ['-C', workspace, 'unpack-objects', '-q'], { input });
  }
  rmSync(join(workspace, '.git/objects', sha.slice(0, 2), sha.slice(2)));
}

function expectNoTrace(workspace: string): void {
  const pattern = traces.flatMap((trace) => ['-e', trace]);
  const found = () => execFileSync('grep', ['-rlF', ...pattern, workspace], { stdio: 'pipe' });
  expect(found).toThrow();
}

describe('a workspace that cannot show the head is left as it is', () => {
  test('no folder', async () => {
    await using checkout = await open(join(newFolder(), 'missing'));
    expect(checkout.note).toMatch(/^The workspace holds no usable git checkout/);
  });

  test('no checkout, even inside of another repository', async () => {
    const workspace = join(fresh(), 'inner');
    execFileSync('mkdir', [workspace]);
    await using checkout = await open(workspace);
    expect(checkout.note).toMatch(/no usable git checkout.*not a git repository/);
  });

  test('a repository without a commit', async () => {
    const workspace = newFolder();
    git(workspace, 'init', '--quiet');
    await using checkout = await open(workspace);
    expect(checkout.note).toMatch(/it has no commit/);
  });

  test('no git on the machine', async () => {
    await using checkout = await open(fresh(), { env: { PATH: newFolder() } });
    expect(checkout.note).toMatch(/git could not be started/);
  });

  test.each([
    ['changed', (at: string) => writeFileSync(join(at, 'readme.md'), 'mine\n')],
    ['removed', (at: string) => rmSync(join(at, 'notes.txt'))],
    [
      'staged',
      (at: string) => {
        writeFileSync(join(at, 'new.txt'), 'x');
        git(at, 'add', 'new.txt');
      },
    ],
  ])('uncommitted changes: %s', async (_, change) => {
    const workspace = fresh();
    change(workspace);
    const before = state(workspace);
    {
      await using checkout = await open(workspace);
      expect(checkout.note).toMatch(/the workspace has uncommitted changes/);
      expect(checkout.headSha).toBeUndefined();
    }
    expect(state(workspace)).toBe(before);
    expect(facts).toEqual([]);
  });

  test.each([
    'https://example.com/octo/demo',
    'git@127.0.0.1:octo/other.git',
    '/somewhere/octo/demo',
  ])('a checkout of another repository: %s', async (url) => {
    const workspace = fresh();
    git(workspace, 'remote', 'set-url', 'origin', url);
    const before = state(workspace);
    await using checkout = await open(workspace);
    expect(checkout.note).toMatch(/the workspace is no checkout of octo\/demo/);
    expect(state(workspace)).toBe(before);
  });

  test.each([
    'git@127.0.0.1:Octo/demo.git',
    'ssh://git@127.0.0.1:2222/octo/demo',
    'http://x:y@127.0.0.1/octo/demo.git/',
  ])('but not for another spelling of the address: %s', async (url) => {
    const workspace = fresh();
    git(workspace, 'remote', 'set-url', 'origin', url);
    await using checkout = await open(workspace);
    expect(checkout).toMatchObject({ note: '', headSha: origin.head });
  });

  test.each(['unknown', 'ignored'])('a file of the head is in the way: %s', async (kind) => {
    const workspace = fresh();
    writeFileSync(join(workspace, 'added.txt'), 'mine');
    if (kind === 'ignored') writeFileSync(join(workspace, '.git/info/exclude'), 'added.txt\n');
    const before = state(workspace);
    {
      await using checkout = await open(workspace);
      expect(checkout.note).toMatch(/git checkout failed.*would be overwritten/);
    }
    expect(state(workspace)).toBe(before);
    expect(read(workspace, 'added.txt')).toBe('mine');
  });

  test('a head that is there no more, another having been pushed in its place', async () => {
    const gone = '1234567'.padEnd(40, '0');
    await using checkout = await open(fresh(), { pull: { number: 7, headSha: gone } });
    expect(checkout.note).toMatch(
      /#7 could not be checked out: its commit `1234567` is there no more: another was pushed/,
    );
  });

  test('no way to the remote', async () => {
    await using checkout = await open(fresh(), { serverUrl: 'http://127.0.0.1:9' });
    expect(checkout.note).toMatch(/git fetch failed with exit code 128/);
  });
});

describe('the repository runs nothing in our git calls', () => {
  test('no hook and no file system monitor, on the way there and back', async () => {
    const workspace = fresh();
    const proof = join(newFolder(), 'ran');
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
      const path = join(workspace, '.git/hooks', hook);
      writeFileSync(path, `#!/bin/sh\necho ${hook} >> ${proof}\n`, { mode: 0o755 });
    }
    git(workspace, 'config', 'core.fsmonitor', `echo monitor >> ${proof}; true`);
    await (await open(workspace))[Symbol.asyncDispose]();
    expect(facts).toHaveLength(1);
    expect(existsSync(proof)).toBe(false);
    git(workspace, '-c', 'core.fsmonitor=false', 'checkout', '--quiet', '--detach');
    expect(readFileSync(proof, 'utf8')).toContain('post-checkout');
  });

  test.each([
    ['filter.evil.smudge', 'evil'],
    ['filter.a.b.clean', 'a.b'],
    ['filter.lfs.smudge', 'lfs'],
    ['filter.lfs.process', 'lfs'],
  ])('no filter that the agent has set, on the way back: %s', async (key, name) => {
    const workspace = fresh();
    const proof = join(newFolder(), 'ran');
    const checkout = await open(workspace);
    git(workspace, 'config', key, `touch ${proof}; cat`);
    git(workspace, 'config', `filter.${name}.required`, 'true');
    writeFileSync(join(workspace, '.git/info/attributes'), `* filter=${name}\n`);
    writeFileSync(join(workspace, 'notes.txt'), 'by the agent\n');
    await checkout[Symbol.asyncDispose]();
    expect(existsSync(proof)).toBe(false);
    expect(read(workspace, 'readme.md')).toBe('base\n');
    expect(read(workspace, 'notes.txt')).toBe('notes\n');
    expect(warnings[0]).toMatch(/is kept/);
  });

  test('and writes nowhere but to the workspace, whatever the agent has set', async () => {
    const workspace = fresh();
    const elsewhere = newFolder();
    const checkout = await open(workspace);
    git(workspace, 'config', 'core.worktree', elsewhere);
    await checkout[Symbol.asyncDispose]();
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(read(workspace, 'readme.md')).toBe('base\n');
  });

  test('no command of a remote, asked for what the agent has removed', async () => {
    const workspace = fresh();
    const proof = join(newFolder(), 'ran');
    const checkout = await open(workspace);
    const blob = git(workspace, 'rev-parse', `${origin.base}:readme.md`);
    git(workspace, 'config', 'remote.origin.url', origin.path);
    git(workspace, 'config', 'remote.origin.promisor', 'true');
    git(workspace, 'config', 'remote.origin.uploadpack', `touch ${proof}; git-upload-pack`);
    git(workspace, 'config', 'core.repositoryformatversion', '1');
    git(workspace, 'config', 'extensions.partialClone', 'origin');
    unpackWithout(workspace, blob);
    await expect(checkout[Symbol.asyncDispose]()).rejects.toThrow(/could not be put back/);
    expect(existsSync(proof)).toBe(false);
    expect(git(workspace, 'cat-file', 'blob', blob)).toBe('base');
    expect(existsSync(proof)).toBe(true);
  });

  test('no filter of Git LFS fetches anything: pointers stay, and the note says so', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
    const large = newOrigin({ '.gitattributes': '*.bin filter=lfs\n', 'big.bin': pointer });
    await using lfsServer = await startGitServer(large.root);
    const workspace = newCheckout(large, `${lfsServer.url}/octo/demo`);
    const log = join(newFolder(), 'smudge');
    git(workspace, 'config', 'filter.lfs.smudge', 'git-lfs smudge -- %f');
    const folder = newFolder();
    const standIn = `#!/bin/sh\necho "skip=$GIT_LFS_SKIP_SMUDGE" >> ${log}\ncat\n`;
    writeFileSync(join(folder, 'git-lfs'), standIn, { mode: 0o755 });
    await using checkout = await open(workspace, {
      serverUrl: lfsServer.url,
      pull: { number: 7, headSha: large.head },
      env: { ...env, PATH: `${folder}:${env.PATH}` },
    });
    expect(checkout.note).toMatch(/Git LFS/);
    expect(read(workspace, 'big.bin')).toBe(pointer);
    expect(readFileSync(log, 'utf8')).toBe('skip=1\n');
  });
});

test('a workspace that belongs to another user is accepted', async () => {
  const folder = gitBehind('export GIT_TEST_ASSUME_DIFFERENT_OWNER=1');
  const workspace = fresh();
  const path = `${folder}:${env.PATH}`;
  const plain = () =>
    execFileSync('git', ['status'], {
      cwd: workspace,
      env: { PATH: path, HOME: env.HOME },
      stdio: 'pipe',
    });
  expect(plain).toThrow(/dubious ownership/);
  await using checkout = await open(workspace, { env: { ...env, PATH: path } });
  expect(checkout.note).toBe('');
});

describe('when the agent has worked on the head', () => {
  test('uncommitted changes are kept under a reference that the warning names', async () => {
    const workspace = fresh();
    const checkout = await open(workspace);
    writeFileSync(join(workspace, 'readme.md'), 'by the agent\n');
    rmSync(join(workspace, 'added.txt'));
    await checkout[Symbol.asyncDispose]();
    expect(state(workspace)).toBe(`main\n${origin.base}\n`);
    expect(warnings).toHaveLength(1);
    const [, ref = ''] = /`(refs\/mention-loop\/pull-7-\w+)`/.exec(warnings[0] ?? '') ?? [];
    expect(git(workspace, 'show', `${ref}:readme.md`)).toBe('by the agent');
    git(workspace, 'checkout', '--quiet', origin.head);
    git(workspace, 'stash', 'apply', '--quiet', ref);
    expect(git(workspace, 'status', '--porcelain')).toBe('D added.txt\n M readme.md');
  });

  test('commits on the detached head are kept, and commits on a branch are safe there', async () => {
    const workspace = fresh();
    const checkout = await open(workspace);
    const made = commit(workspace, { 'readme.md': 'by the agent\n' });
    await checkout[Symbol.asyncDispose]();
    expect(stands(workspace)).toBe('main');
    expect(warnings[0]).toContain(`refs/mention-loop/pull-7-${made.slice(0, 12)}`);

    const again = await open(workspace);
    git(workspace, 'switch', '--quiet', '--create', 'fix');
    const onBranch = commit(workspace, { 'readme.md': 'on a branch\n' });
    await again[Symbol.asyncDispose]();
    expect(stands(workspace)).toBe('main');
    expect(git(workspace, 'rev-parse', 'fix')).toBe(onBranch);
    expect(warnings).toEqual([]);
  });

  test('new files stay in the workspace', async () => {
    const workspace = fresh();
    const checkout = await open(workspace);
    writeFileSync(join(workspace, 'new.txt'), 'new\n');
    await checkout[Symbol.asyncDispose]();
    expect(state(workspace)).toBe(`main\n${origin.base}\n?? new.txt`);
    expect(warnings).toEqual([]);
  });

  test('a new file in the way of one that was there is not written over', async () => {
    const emptied = newOrigin();
    const workspace = newCheckout(emptied, `${server.url}/octo/demo`);
    const checkout = await open(workspace);
    git(workspace, 'rm', '--quiet', 'notes.txt');
    git(workspace, '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'Gone');
    writeFileSync(join(workspace, 'notes.txt'), 'by the agent\n');
    await expect(checkout[Symbol.asyncDispose]()).rejects.toThrow(
      /is kept.*could not be put back to branch `main`: git checkout failed/,
    );
    expect(read(workspace, 'notes.txt')).toBe('by the agent\n');
  });

  test('an unfinished merge is left as it is', async () => {
    const workspace = fresh('all');
    const checkout = await open(workspace);
    git(workspace, 'checkout', '--quiet', '-b', 'theirs', origin.base);
    commit(workspace, { 'readme.md': 'theirs\n' });
    git(workspace, 'checkout', '--quiet', origin.head);
    expect(() => git(workspace, 'merge', 'theirs')).toThrow();
    const before = state(workspace);
    await expect(checkout[Symbol.asyncDispose]()).rejects.toThrow(
      /could not be put back to branch `main`/,
    );
    expect(state(workspace)).toBe(before);
  });

  test('a branch that the agent has deleted comes back as its commit', async () => {
    const workspace = fresh();
    const checkout = await open(workspace);
    git(workspace, 'branch', '--quiet', '--delete', '--force', 'main');
    await checkout[Symbol.asyncDispose]();
    expect(state(workspace)).toBe(`HEAD\n${origin.base}\n`);
  });
});

describe('another process', () => {
  test('puts a workspace back whose files have changed in nothing but their dates', async () => {
    const workspace = fresh();
    await open(workspace);
    const later = new Date(Date.now() + 5_000);
    utimesSync(join(workspace, 'readme.md'), later, later);
    const [known] = facts;
    expect(known && (await restoreCheckout(known, env, signal))).toEqual({
      isBack: true,
      said: '',
    });
  });

  test('puts the workspace back from the facts as JSON, once', async () => {
    const workspace = fresh();
    await open(workspace);
    expect(facts).toHaveLength(1);
    const known = JSON.parse(JSON.stringify(facts[0])) as CheckoutFacts;
    expect(await restoreCheckout(known, env, signal)).toEqual({ isBack: true, said: '' });
    expect(state(workspace)).toBe(`main\n${origin.base}\n`);
    writeFileSync(join(workspace, 'readme.md'), 'later\n');
    expect(await restoreCheckout(known, env, signal)).toEqual({ isBack: true, said: '' });
    expect(read(workspace, 'readme.md')).toBe('later\n');
  });

  test('says so where the workspace is gone', async () => {
    const gone: CheckoutFacts = {
      workspace: '/nowhere',
      pull: 7,
      headSha: 'a',
      previous: { sha: 'b' },
    };
    expect(await restoreCheckout(gone, env, signal)).toEqual({
      isBack: false,
      said: expect.stringMatching(/could not be put back to commit `b`/),
    });
  });
});

describe('a signal', () => {
  test('ends git and what it started, and its reason is thrown', async () => {
    await using silent = await startGitServer(origin.root);
    silent.isSilent = true;
    const workspace = newCheckout(origin, `${silent.url}/octo/demo`);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const opening = open(workspace, { serverUrl: silent.url, signal: controller.signal });
    while (silent.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(stands(workspace)).toBe('main');
  });

  /** Stands for a checkout that takes long: it stops with files of both commits in the workspace. */
  function slowCheckout(command: string): { path: string; mark: string } {
    const mark = join(newFolder(), 'started');
    const half = 'echo half > readme.md; echo half > added.txt; rm -f notes.txt';
    const act = `${half}; : > .git/index.lock; touch ${mark}; exec sleep 30`;
    const folder = gitBehind(`case "$*" in ${command}) ${act} ;; esac`);
    return { path: `${folder}:${env.PATH}`, mark };
  }

  async function untilThere(mark: string): Promise<void> {
    while (!existsSync(mark)) await new Promise((next) => setTimeout(next, 20));
  }

  test('in the middle of the way there leaves it to the disposal to put all back', async () => {
    const workspace = fresh();
    const { path, mark } = slowCheckout('"checkout "*--detach*');
    const controller = new AbortController();
    const opening = open(workspace, { signal: controller.signal, env: { ...env, PATH: path } });
    await untilThere(mark);
    controller.abort(new Error('cancelled'));
    const checkout = await opening;
    await checkout[Symbol.asyncDispose]();
    expect(git(workspace, 'status', '--porcelain', '--untracked-files=no')).toBe('');
    expect(read(workspace, 'readme.md')).toBe('base\n');
    expect(stands(workspace)).toBe('main');
    expect(warnings).toEqual([]);
  });

  test('in the middle of the way back is told of, and another process completes it', async () => {
    const workspace = fresh();
    const { path, mark } = slowCheckout('"checkout "*main*');
    const controller = new AbortController();
    const checkout = await open(workspace, {
      env: { ...env, PATH: path },
      closing: () => controller.signal,
    });
    writeFileSync(join(workspace, 'readme.md'), 'by the agent\n');
    const closing = checkout[Symbol.asyncDispose]();
    closing.catch(() => undefined);
    await untilThere(mark);
    controller.abort(new Error('no time'));
    await expect(closing).rejects.toThrow(/is kept.*could not be put back.*no time/);
    expect(read(workspace, 'readme.md')).toBe('half\n');
    expect(stands(workspace)).toBe('HEAD');
    const [known] = facts;
    if (known === undefined) throw new Error('It was never switched.');
    expect(await restoreCheckout(known, env, signal)).toEqual({ isBack: true, said: '' });
    expect(state(workspace)).toBe(`main\n${origin.base}\n`);
    expect(read(workspace, 'notes.txt')).toBe('notes\n');
    expect(git(workspace, 'for-each-ref', 'refs/mention-loop').split('\n')).toHaveLength(1);
  });
});
