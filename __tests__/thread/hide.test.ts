import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { hideCredentials, putCredentialsBack } from '../../src/thread/hide.ts';
import { seal, sealAt, type Seal, unseal } from '../../src/thread/seal.ts';
import { commit, git, newFolder, removeFolders, token, traces } from './repository.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

const signal = new AbortController().signal;
const [, basic = ''] = traces;
const header = `AUTHORIZATION: basic ${basic}`;

afterAll(removeFolders);

interface Place {
  workspace: string;
  temp: string;
  at: Seal;
  warnings: string[];
  hide: () => Promise<AsyncDisposable>;
}

/** A repository with a commit, and a runner's temporary folder beside it. */
function newPlace(): Place {
  const workspace = newFolder();
  const temp = newFolder();
  git(workspace, 'init', '--quiet');
  commit(workspace, { 'readme.md': 'hello\n' });
  git(workspace, 'remote', 'add', 'origin', 'https://github.com/octo/demo');
  const at = sealAt(temp, 'aaaaaaaa-1111-4111-8111-111111111111', token);
  const warnings: string[] = [];
  const hide = (): Promise<AsyncDisposable> =>
    hideCredentials({
      workspace,
      temp,
      env: { PATH: process.env['PATH'], HOME: temp },
      seal: at,
      looksSecret: (text) => text.includes('ghs_'),
      warn: (message) => warnings.push(message),
      signal,
    });
  return { workspace, temp, at, warnings, hide };
}

/** Files below the folders that hold the token in any form; what is sealed is not among them. */
function traced(...folders: string[]): string[] {
  const patterns = [...traces, 'hunter2'].flatMap((trace) => ['-e', trace]);
  try {
    const found = execFileSync('grep', ['-rlF', ...patterns, ...folders], { encoding: 'utf8' });
    return found.trim().split('\n');
  } catch {
    return [];
  }
}

/** All regular files with their bytes and modes. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  const of = (name: string): string =>
    `${statSync(join(folder, name)).mode} ${readFileSync(join(folder, name), 'base64')}`;
  return Object.fromEntries(files.toSorted().map((name) => [name, of(name)]));
}

const leave: [string, (place: Place) => void][] = [
  [
    'actions/checkout 4 and 5: a header',
    ({ workspace }) => git(workspace, 'config', 'http.https://github.com/.extraheader', header),
  ],
  [
    'actions/checkout 6: an included file',
    ({ workspace, temp }) => {
      const path = join(temp, 'git-credentials-0a1b.config');
      execFileSync('git', [
        'config',
        '--file',
        path,
        'http.https://github.com/.extraheader',
        header,
      ]);
      const key = `includeIf.gitdir:${workspace}/.git.path`;
      git(workspace, 'config', key, path);
      git(
        workspace,
        'config',
        '--add',
        `includeIf.gitdir:/github/workspace/.git.path`,
        '/nowhere/x',
      );
    },
  ],
  [
    'the same for a checkout elsewhere in the job',
    ({ temp }) => {
      const path = join(temp, 'git-credentials-2c3d.config');
      writeFileSync(path, `[http "https://github.com/"]\n\textraheader = ${header}\n`);
    },
  ],
  [
    'an SSH key',
    ({ workspace, temp }) => {
      const key = join(temp, '0f0e0d0c');
      writeFileSync(key, '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n', { mode: 0o600 });
      git(workspace, 'config', 'core.sshCommand', `"/usr/bin/ssh" -i "${key}" -o BatchMode=yes`);
    },
  ],
  [
    'an address with a token',
    ({ workspace }) => {
      git(
        workspace,
        'remote',
        'set-url',
        'origin',
        `https://x-access-token:${token}@github.com/octo/demo`,
      );
      git(
        workspace,
        'remote',
        'set-url',
        '--add',
        'origin',
        `https://${token}@example.com/octo/demo`,
      );
      git(
        workspace,
        'config',
        `url.https://x:${token}@github.com/.insteadOf`,
        'https://github.com/',
      );
      git(workspace, 'config', 'http.proxy', 'http://me:hunter2@proxy.example:8080');
    },
  ],
  [
    'helpers and files of passwords',
    ({ workspace, temp }) => {
      writeFileSync(join(temp, 'store'), `https://x:${token}@github.com\n`);
      writeFileSync(join(temp, 'cookies'), 'hunter2\n');
      git(workspace, 'config', 'credential.helper', `store --file ${join(temp, 'store')}`);
      git(workspace, 'config', 'http.https://example.com/.cookieFile', join(temp, 'cookies'));
      git(workspace, 'config', 'sendemail.smtpPass', 'hunter2');
      git(workspace, 'config', 'my.setting', token);
    },
  ],
  [
    'a comment, and an include by a name of its own, twice removed',
    ({ workspace }) => {
      writeFileSync(join(workspace, '.git/two'), `# ${token}\n[core]\n\tpager = cat\n`);
      writeFileSync(join(workspace, '.git/one'), '[include]\n\tpath = two\n');
      git(workspace, 'config', 'include.path', 'one');
    },
  ],
  [
    'submodules, worktrees and further checkouts',
    ({ workspace, temp }) => {
      const inner = join(workspace, 'path/to');
      mkdirSync(inner, { recursive: true });
      for (const at of [inner, join(workspace, '.git/modules/a/b')]) {
        execFileSync('git', ['init', '--quiet', ...(at === inner ? [] : ['--bare']), at]);
        git(at, 'config', 'http.https://github.com/.extraheader', header);
      }
      git(workspace, 'config', 'extensions.worktreeConfig', 'true');
      git(workspace, 'worktree', 'add', '--quiet', join(temp, 'tree'));
      git(join(temp, 'tree'), 'config', '--worktree', 'http.extraheader', header);
      git(workspace, 'config', '--worktree', 'http.extraheader', header);
    },
  ],
];

describe('what a checkout has left is hidden while the agent works, and back to the byte after', () => {
  test.each(leave)('%s', async (_, put) => {
    const place = newPlace();
    const { workspace, temp, at, warnings } = place;
    put(place);
    const before = contents(workspace);
    const beforeTemp = contents(temp);
    expect(traced(workspace, temp)).not.toEqual([]);
    {
      await using _hidden = await place.hide();
      expect(traced(workspace, temp)).toEqual([]);
      expect(statSync(at.path).mode & 0o777).toBe(0o600);
      expect(git(workspace, 'log', '--format=%s')).toBe('Work');
      expect(git(workspace, 'config', 'remote.origin.url')).toMatch(
        /^https:\/\/(github|example)\.com\/octo\/demo$/,
      );
      git(workspace, 'commit', '--quiet', '--allow-empty', '--message', 'By the agent');
      git(workspace, 'reset', '--quiet', '--soft', 'HEAD~1');
    }
    const after = contents(workspace);
    for (const [name, bytes] of Object.entries(before)) {
      if (!/\/(objects|logs|index|ORIG_HEAD|COMMIT_EDITMSG)/.test(`/${name}`))
        expect([name, after[name]]).toEqual([name, bytes]);
    }
    expect(contents(temp)).toEqual(beforeTemp);
    expect(warnings).toEqual([]);
  });

  test('a configuration without any is not touched', async () => {
    const { workspace, hide } = newPlace();
    const { ino } = statSync(join(workspace, '.git/config'));
    await using _hidden = await hide();
    expect(statSync(join(workspace, '.git/config')).ino).toBe(ino);
  });

  test('what is no configuration to git is hidden as a whole', async () => {
    const { workspace, hide } = newPlace();
    const broken = `[core\n${token}\n`;
    writeFileSync(join(workspace, '.git/config'), broken);
    {
      await using _hidden = await hide();
      expect(traced(workspace)).toEqual([]);
    }
    expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe(broken);
  });
});

describe('whatever the agent does to it, it is put back', () => {
  const spoil: [string, (config: string, elsewhere: string) => void][] = [
    ['changed', (config) => writeFileSync(config, '[alias]\n\tlog = !false\n')],
    ['removed', (config) => rmSync(config)],
    ['made unreadable', (config) => chmodSync(config, 0)],
    [
      'a link',
      (config, elsewhere) => {
        rmSync(config);
        symlinkSync(elsewhere, config);
      },
    ],
    [
      'a folder',
      (config) => {
        rmSync(config);
        mkdirSync(config);
        writeFileSync(join(config, 'x'), 'x');
      },
    ],
  ];

  test.each(spoil)('%s', async (_, act) => {
    const { workspace, hide } = newPlace();
    const config = join(workspace, '.git/config');
    git(workspace, 'config', 'http.https://github.com/.extraheader', header);
    const before = readFileSync(config, 'utf8');
    const elsewhere = join(newFolder(), 'elsewhere');
    writeFileSync(elsewhere, 'not to be written to\n');
    const hidden = await hide();
    act(config, elsewhere);
    await hidden[Symbol.asyncDispose]();
    expect(readFileSync(config, 'utf8')).toBe(before);
    expect(statSync(config).mode & 0o777).toBe(0o644);
    expect(readFileSync(elsewhere, 'utf8')).toBe('not to be written to\n');
  });

  test('but not into another folder that stands in the place of git’s', async () => {
    const { workspace, at, hide } = newPlace();
    git(workspace, 'config', 'http.https://github.com/.extraheader', header);
    const other = newFolder();
    const hidden = await hide();
    renameSync(join(workspace, '.git'), join(other, 'moved'));
    symlinkSync(other, join(workspace, '.git'));
    await expect(hidden[Symbol.asyncDispose]()).rejects.toThrow(/could not be put back/);
    expect(traced(other)).toEqual([]);
    expect(existsSync(join(workspace, '.git'))).toBe(false);
    expect(existsSync(at.path)).toBe(true);
  });
});

describe('after a kill', () => {
  test('another process puts it back from what was sealed, once', async () => {
    const { workspace, at, hide } = newPlace();
    git(workspace, 'config', 'http.https://github.com/.extraheader', header);
    const before = contents(workspace);
    await hide();
    expect(readFileSync(at.path).toString('latin1')).not.toContain('extraheader');
    expect(putCredentialsBack({ ...at })).toEqual({ isBack: true, said: '' });
    expect(contents(workspace)).toEqual(before);
    expect(existsSync(at.path)).toBe(false);
    writeFileSync(join(workspace, '.git/config'), 'later\n');
    expect(putCredentialsBack(at)).toEqual({ isBack: true, said: '' });
    expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe('later\n');
  });

  test.each([
    ['another token', { secret: 'ghs_another0123456789' }],
    ['another invocation', { invocationId: 'bbbbbbbb-1111-4111-8111-111111111111' }],
  ])('what is sealed does not open for %s', (_, changes) => {
    const at = sealAt(newFolder(), 'aaaaaaaa-1111-4111-8111-111111111111', token);
    seal(at, 'text');
    expect(unseal(at)).toBe('text');
    expect(() => unseal({ ...at, ...changes })).toThrow();
  });

  test('what was sealed and changed since is not believed, and said to be lost', async () => {
    const { workspace, at, hide } = newPlace();
    await hide();
    const bytes = readFileSync(at.path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(at.path, bytes);
    const config = readFileSync(join(workspace, '.git/config'), 'utf8');
    expect(putCredentialsBack(at).said).toMatch(/could not be put back/);
    expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe(config);
  });
});
