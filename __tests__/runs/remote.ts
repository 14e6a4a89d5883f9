/** A repository on the emulated GitHub for runs that push, and clones of it. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { commentEvent, type SampleEvent } from '../../playground/events.ts';
import type { PullDraft } from '../../playground/github/records.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { callTool } from '../../playground/script.ts';
import type { Lab } from './lab.ts';

/** One on its own for each test. */
export interface Remote {
  /** Bare; what the emulator reads and writes. */
  gitDirectory: string;
  main: string;
  /** The head of the branch `fix-greeting`. */
  headSha: string;
  git(...args: string[]): string;
  /** A clone as `actions/checkout` leaves one, on the default branch. */
  clone(): Promise<string>;
  /** Commits files to a branch, as somebody else who pushes. */
  push(branch: string, files: Record<string, string>): Promise<string>;
}

/** What a file is, to the byte. */
export type Files = Record<string, { mode: string; content: string }>;

const seeds = {
  'old.txt': Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(''),
  'gone.txt': 'Gone soon.\n',
  '.gitignore': 'ignored/\n',
  '.github/workflows/ci.yml': 'on: push\n',
};

/** The sample's two branches, with a few files more. */
export async function openRemote(lab: Lab): Promise<Remote> {
  const folder = await lab.folder();
  const gitDirectory = join(folder, 'remote.git');
  const { git: served, directory } = lab.sample;
  if (served === undefined) throw new Error('These tests need git.');
  run(folder, 'clone', '-q', '--bare', directory, gitDirectory);
  const git = (...args: string[]): string => run(gitDirectory, ...args);
  git('update-ref', 'refs/heads/fix-greeting', served.headSha);
  const push = async (branch: string, files: Record<string, string>): Promise<string> => {
    const work = join(await lab.folder(), 'work');
    run(folder, 'clone', '-q', '--branch', branch, gitDirectory, work);
    for (const [path, content] of Object.entries(files)) await write(join(work, path), content);
    run(work, 'add', '--all');
    const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    run(work, ...person, 'commit', '-q', '-m', 'Somebody else');
    run(work, 'push', '-q', 'origin', branch);
    return run(work, 'rev-parse', 'HEAD');
  };
  const main = await push('main', seeds);
  const headSha = await push('fix-greeting', seeds);
  git('update-ref', 'refs/pull/2/head', headSha);
  return {
    gitDirectory,
    main,
    headSha,
    git,
    push,
    clone: async () => {
      const workspace = await lab.folder();
      run(folder, 'clone', '-q', '--branch', 'main', '--single-branch', gitDirectory, workspace);
      const url = 'http://127.0.0.1/octo-org/hello-world.git';
      run(workspace, 'remote', 'set-url', 'origin', url);
      return workspace;
    },
  };
}

function run(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** A mention on pull request 2, from a branch of the repository unless the draft says otherwise. */
export function onPull(remote: Remote, draft: PullDraft = {}) {
  return (state: GitHubState): SampleEvent => {
    state.addIssue();
    const { number } = state.addPull({ headSha: remote.headSha, baseSha: remote.main, ...draft });
    return commentEvent(state, { number, body: '/oc make it better' });
  };
}

/** A step of the model that has a command run in the workspace. */
export function bash(command: string) {
  return callTool('bash', { command, description: 'Change files' });
}

/** All files of a commit, as git has them. */
export function filesOf({ gitDirectory }: Remote, commit: string): Files {
  const listed = run(gitDirectory, 'ls-tree', '-r', '-z', '--full-tree', commit);
  const entries = listed.split('\0').filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [info = '', path = ''] = entry.split('\t');
      const [mode = '', , blob = ''] = info.split(' ');
      const bytes = execFileSync('git', ['-C', gitDirectory, 'cat-file', 'blob', blob]);
      return [path, { mode, content: bytes.toString('latin1') }];
    }),
  );
}

/** All files of a folder, as the file system has them; without `.git`. */
export function filesIn(folder: string, below = ''): Files {
  const names = readdirSync(join(folder, below)).filter((name) => below !== '' || name !== '.git');
  return Object.assign(
    {},
    ...names.map((name): Files => {
      const path = below === '' ? name : `${below}/${name}`;
      const stats = lstatSync(join(folder, path));
      if (stats.isDirectory()) return filesIn(folder, path);
      if (stats.isSymbolicLink()) {
        const content = readlinkSync(join(folder, path), 'latin1');
        return { [path]: { mode: '120000', content } };
      }
      const mode = (stats.mode & 0o100) === 0 ? '100644' : '100755';
      return { [path]: { mode, content: readFileSync(join(folder, path), 'latin1') } };
    }),
  ) as Files;
}
