/** The agent tells the checkout's git not to see what it changed, or to see what is not there. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';

import { git, newFolder, removeFolders } from '../thread/repository.ts';
import { capture, inShort, newRepository } from '../changes/setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const files = {
  '.gitattributes': '*.lf text eol=lf\n',
  'code.txt': 'one\n',
  'a.lf': 'a\n',
  'b.txt': 'b\n',
};
const seen = ['modified code.txt', 'added new.txt'];

/** What the agent does to git besides: it has changed `code.txt` and made `new.txt`. */
const tricks: [what: string, play: (workspace: string, home: string) => void][] = [
  ['files are assumed to be unchanged', (at) => flag(at, '--assume-unchanged')],
  ['files are said not to be checked out', (at) => flag(at, '--skip-worktree')],
  [
    'a list of its own excludes them',
    (at) => {
      flag(at, '--assume-unchanged');
      writeFileSync(join(at, '.git/info/exclude'), '*\n');
    },
  ],
  [
    'a setting names such a list',
    (at) => {
      flag(at, '--assume-unchanged');
      writeFileSync(join(at, '.git/all'), '*\n');
      git(at, 'config', 'core.excludesFile', join(at, '.git/all'));
    },
  ],
  [
    'a user’s configuration names such a list',
    (at, home) => {
      flag(at, '--skip-worktree');
      mkdirSync(join(home, '.config/git'), { recursive: true });
      writeFileSync(join(home, '.config/git/ignore'), '*\n');
      writeFileSync(
        join(home, '.gitconfig'),
        `[core]\n\texcludesFile = ${home}/.config/git/ignore\n`,
      );
    },
  ],
  [
    'the index has the changes already',
    (at) => {
      git(at, 'add', '--all');
      git(at, 'commit', '--quiet', '--message', 'All mine');
    },
  ],
  [
    'the working tree is said to be elsewhere',
    (at) => {
      const clean = join(newFolder(), 'clean');
      git(at, 'worktree', 'add', '--quiet', '--detach', clean);
      git(at, 'config', 'core.worktree', clean);
    },
  ],
  [
    'a hook is said to know what has changed',
    (at) => {
      const lie = join(at, '.git/lie');
      writeFileSync(lie, '#!/bin/sh\nprintf "x\\0"\n', { mode: 0o755 });
      git(at, 'config', 'core.fsmonitor', lie);
      git(at, 'update-index', '--fsmonitor');
      git(at, 'status');
    },
  ],
  [
    'commits are replaced by others',
    (at) => {
      const [base, all] = [git(at, 'rev-parse', 'HEAD'), commitAll(at)];
      git(at, 'replace', '--force', base, all);
    },
  ],
  [
    'there is no git any more',
    (at) => renameSync(join(at, '.git/config'), join(at, '.git/no-config')),
  ],
  [
    'all is another repository',
    (at) => {
      renameSync(join(at, '.git/objects'), join(at, '.git/kept'));
      rmSync(join(at, '.git/index'));
      git(at, 'init', '--quiet');
      rmSync(join(at, '.git/objects'), { recursive: true });
      renameSync(join(at, '.git/kept'), join(at, '.git/objects'));
    },
  ],
  ['the index says that the new content is the old one', forgeIndex],
  [
    'a filter stores what was there before',
    (at) => {
      git(at, 'config', 'filter.lie.clean', 'echo one');
      writeFileSync(join(at, '.git/info/attributes'), 'code.txt filter=lie\n');
    },
  ],
];

/** The file's own size and times, beside the name of what it was before. */
function forgeIndex(workspace: string): void {
  const past = new Date(Date.now() - 60_000);
  utimesSync(join(workspace, 'code.txt'), past, past);
  const was = Buffer.from(git(workspace, 'rev-parse', 'HEAD:code.txt'), 'hex');
  git(workspace, 'add', '--all');
  const is = Buffer.from(git(workspace, 'rev-parse', ':code.txt'), 'hex');
  const path = join(workspace, '.git/index');
  const index = readFileSync(path).subarray(0, -20);
  was.copy(index, index.indexOf(is));
  const sum = createHash('sha1').update(index).digest();
  writeFileSync(path, Buffer.concat([index, sum]));
}

function flag(workspace: string, how: string): void {
  git(workspace, 'add', '--intent-to-add', 'new.txt');
  git(workspace, 'update-index', how, 'code.txt', 'new.txt');
}

function commitAll(workspace: string): string {
  const env = { PATH: process.env['PATH'] ?? '', GIT_INDEX_FILE: join(workspace, '.git/other') };
  execFileSync('git', ['add', '--all'], { cwd: workspace, env });
  const tree = execFileSync('git', ['write-tree'], { cwd: workspace, env }).toString().trim();
  return git(workspace, 'commit-tree', tree, '-m', 'All mine');
}

describe('what the agent changed is seen all the same where', () => {
  test.each(tricks)('%s', async (_, play) => {
    const captured = await capture(newRepository(files));
    const { workspace, options } = captured;
    writeFileSync(join(workspace, 'code.txt'), 'two\n');
    writeFileSync(join(workspace, 'new.txt'), 'new\n');
    play(workspace, options.env['HOME'] ?? '');
    const seenNow = inShort(await captured.changes());
    expect(seenNow.filter((line) => line !== 'added clean')).toEqual(seen);
  });

  test.each(
    tricks.filter(([what]) =>
      /assumed|not to be|list of its own|already|elsewhere|old one/.test(what),
    ),
  )('git itself would not see it: %s', async (_, play) => {
    const { workspace, options } = await capture(newRepository(files));
    writeFileSync(join(workspace, 'code.txt'), 'two\n');
    writeFileSync(join(workspace, 'new.txt'), 'new\n');
    play(workspace, options.env['HOME'] ?? '');
    expect(git(workspace, 'status', '--porcelain')).not.toMatch(/^.M code.txt$/m);
  });

  test('the file has the old size and the old time', async () => {
    const captured = await capture(newRepository(files));
    const file = join(captured.workspace, 'code.txt');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, 'TWO\n');
    utimesSync(file, atime, mtime);
    git(captured.workspace, 'config', 'core.trustCtime', 'false');
    git(captured.workspace, 'config', 'core.checkStat', 'minimal');
    expect(inShort(await captured.changes())).toEqual(['modified code.txt']);
  });

  test('modes and links are said not to count', async () => {
    const captured = await capture(newRepository(files));
    chmodSync(join(captured.workspace, 'code.txt'), 0o755);
    git(captured.workspace, 'config', 'core.fileMode', 'false');
    git(captured.workspace, 'config', 'core.symlinks', 'false');
    expect(git(captured.workspace, 'status', '--porcelain')).toBe('');
    const [change] = (await captured.changes()).changes;
    expect(change?.after?.mode).toBe('100755');
  });
});

test('what the agent did not change does not seem to be changed', async () => {
  const captured = await capture(newRepository(files));
  const { workspace } = captured;
  git(workspace, 'config', 'core.autocrlf', 'true');
  git(workspace, 'config', 'core.eol', 'crlf');
  writeFileSync(
    join(workspace, '.git/info/attributes'),
    '* text eol=crlf ident working-tree-encoding=UTF-16\n',
  );
  copyFileSync(join(workspace, 'a.lf'), join(workspace, 'copy'));
  renameSync(join(workspace, 'copy'), join(workspace, 'a.lf'));
  git(workspace, 'rm', '--quiet', '--cached', 'b.txt');
  expect(inShort(await captured.changes())).toEqual([]);
});

test('nothing of a configuration is run', async () => {
  const captured = await capture(newRepository(files));
  const { workspace, options } = captured;
  const proof = join(newFolder(), 'proof');
  const script = join(newFolder(), 'script');
  writeFileSync(script, `#!/bin/sh\necho run >> ${proof}\ncat\n`, { mode: 0o755 });
  const settings = [
    'core.fsmonitor',
    'diff.external',
    'filter.evil.clean',
    'filter.evil.process',
    'diff.evil.textconv',
    'diff.evil.command',
    'core.alternateRefsCommand',
    'filter.lfs.clean',
    'core.hooksPath',
  ];
  const lines = settings.map((key) => {
    const [section = '', ...rest] = key.split('.');
    const name = rest.pop() ?? '';
    return `[${section}${rest.length > 0 ? ` "${rest.join('.')}"` : ''}]\n\t${name} = ${script}\n`;
  });
  writeFileSync(
    join(workspace, '.git/config'),
    `[core]\n\trepositoryformatversion = 0\n${lines.join('')}`,
  );
  writeFileSync(join(options.env['HOME'] ?? '', '.gitconfig'), lines.join(''));
  writeFileSync(
    join(workspace, '.gitattributes'),
    '*.txt filter=evil diff=evil\n*.lf filter=lfs\n',
  );
  for (const name of ['code.txt', 'a.lf', 'new.txt'])
    writeFileSync(join(workspace, name), 'changed\n');
  expect(inShort(await captured.changes())).toHaveLength(4);
  expect(existsSync(proof)).toBe(false);
  // Git itself would run it.
  git(workspace, 'add', '--all');
  expect(existsSync(proof)).toBe(true);
});

test.each(['.gitignore', '.gitattributes', '.gitmodules', 'sub/.gitignore'])(
  'a pipe in the place of %s is named, and nobody waits for it',
  async (name) => {
    const captured = await capture(newRepository({ ...files, 'sub/x': 'x' }));
    rmSync(join(captured.workspace, name), { force: true });
    execFileSync('mkfifo', [join(captured.workspace, name)]);
    await expect(captured.changes()).rejects.toThrow(`${name} is no file`);
  },
);
