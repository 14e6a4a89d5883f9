import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import {
  startGitHub,
  type GitHubEmulator,
  type GitHubOptions,
} from '../../playground/github/emulator.ts';
import type { Delivery } from '../../src/changes/delivery.ts';
import { compareTrees } from '../../src/changes/compare.ts';
import { applyOnto } from '../../src/changes/onto.ts';
import { takeSnapshot } from '../../src/changes/snapshot.ts';
import { openStore } from '../../src/changes/store.ts';
import { gitIn, type Git } from '../../src/git/git.ts';
import { createGitHub, type GitHub } from '../../src/github.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { fetchCommit, remoteOf } from '../../src/thread/fetch.ts';
import { commit, git, newFolder } from '../thread/repository.ts';

/** For all that waits: never fired. */
export const { signal } = new AbortController();

/** A repository on GitHub, and a checkout of its default branch that an agent works in. */
export interface Upstream extends AsyncDisposable {
  emulator: GitHubEmulator;
  github: GitHub;
  repository: { owner: string; name: string };
  /** GitHub's repository, bare. */
  bare: string;
  workspace: string;
  git: Git;
  /** The commit that the checkout shows. */
  base: string;
}

/** The repository as it is before anybody does anything. */
export const firstFiles = {
  'readme.md': '# Demo\n\none\ntwo\nthree\n',
  'src/greet.js': 'export const greet = (name) => `Helo ${name}`;\n',
  'src/other.js': 'export const other = 1;\n',
  'old/gone.txt': 'to be deleted\n',
  'old/moved.txt': 'to be moved, and long enough to be told by it\n',
};

/** Makes both, and the emulator over them. */
export async function openUpstream(options: GitHubOptions = {}): Promise<Upstream> {
  const folder = newFolder();
  const work = join(folder, 'work');
  execFileSync('mkdir', [work]);
  git(work, 'init', '--quiet', '--initial-branch=main');
  commit(work, firstFiles);
  const bare = join(folder, 'upstream.git');
  git(folder, 'clone', '--quiet', '--bare', work, bare);
  const emulator = await startGitHub({ gitDirectory: bare, ...options });
  const workspace = join(folder, 'demo');
  git(folder, 'clone', '--quiet', '--depth=1', `file://${bare}`, workspace);
  const { redact } = createRedactor([]);
  return {
    emulator,
    github: createGitHub({ token: emulator.token, apiUrl: emulator.url, redact }),
    repository: { owner: emulator.state.owner, name: emulator.state.name },
    bare,
    workspace,
    git: gitIn(workspace, { PATH: process.env['PATH'] }),
    base: git(workspace, 'rev-parse', 'HEAD'),
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}

/** The tree of all that stands in a folder. */
export function treeOf(workspace: string): string {
  const env = { ...process.env, GIT_INDEX_FILE: join(newFolder(), 'index') };
  const call = (...args: string[]): string =>
    execFileSync('git', ['-C', workspace, ...args], { env })
      .toString()
      .trim();
  call('add', '--all');
  return call('write-tree');
}

/** What a branch of GitHub's shows. */
export function tipOf({ bare }: Upstream, branch: string): string {
  return git(bare, 'rev-parse', `refs/heads/${branch}`);
}

/** The tree that a branch of GitHub's shows. */
export function pushedTree({ bare }: Upstream, branch: string): string {
  return git(bare, 'rev-parse', `refs/heads/${branch}^{tree}`);
}

/** All branches of GitHub's. */
export function branchesOf({ bare }: Upstream): string[] {
  return git(bare, 'for-each-ref', '--format=%(refname:strip=2)', 'refs/heads').split('\n');
}

/** A push by somebody else; resolves to the commit. */
export function pushByOther(
  { bare }: Upstream,
  branch: string,
  files: Record<string, string>,
): string {
  const other = join(newFolder(), 'other');
  git(bare, 'clone', '--quiet', '--branch', branch, `file://${bare}`, other);
  const sha = commit(other, files, 'Work of another');
  git(other, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  return sha;
}

/** A branch upon `main`; resolves to its commit. */
export function newBranch(
  upstream: Upstream,
  branch: string,
  files: Record<string, string>,
): string {
  git(upstream.bare, 'branch', '--quiet', branch, 'main');
  return pushByOther(upstream, branch, files);
}

/** Brings the checkout to a commit, as `openHead` does. */
export function show({ bare, workspace }: Upstream, sha: string): void {
  git(workspace, 'fetch', '--quiet', '--depth=1', `file://${bare}`, sha);
  git(workspace, 'checkout', '--quiet', '--detach', sha);
}

/** An agent's work in the checkout, from the moment before it starts. */
export interface Work {
  /** What has changed since, on its way. */
  delivery: (given?: Partial<Delivery>) => Promise<Delivery>;
}

/** Takes the snapshot before the agent starts. */
export async function startWork(upstream: Upstream): Promise<Work> {
  const { github, repository, workspace, emulator } = upstream;
  const env = { PATH: process.env['PATH'], HOME: newFolder() };
  const options = { workspace, temp: newFolder(), env, invocationId: 'test' };
  const store = await openStore(options, signal);
  const { tree: before } = await takeSnapshot(store, signal);
  const remote = remoteOf({ serverUrl: emulator.url, repository, token: '' });
  const delivery = async (given: Partial<Delivery> = {}): Promise<Delivery> => {
    const { tree: after } = await takeSnapshot(store, signal);
    const changeSet = await compareTrees(store, { before, after }, signal);
    return {
      github,
      repository,
      git: store.git,
      changeSet,
      way: 'push',
      hindrance: '',
      thread: undefined,
      title: '',
      pull: undefined,
      answer: 'Spell the greeting right\n\nIt said "Helo".',
      requester: { login: 'octocat', id: 583231 },
      identity: { runId: '170', attempt: 1, invocationId: 'a-b' },
      runUrl: `${emulator.url}/${repository.owner}/${repository.name}/actions/runs/170/attempts/1`,
      serverUrl: emulator.url,
      fetchCommit: (sha, until) => fetchCommit(upstream.git, remote, sha, until),
      applyOnto: (sha, until) => applyOnto(store, changeSet, sha, until),
      savePatch: async () => await Promise.resolve(patchPath),
      harmless: (text) => text,
      ...given,
    };
  };
  return { delivery };
}

/** Where a patch would be. */
export const patchPath = '/tmp/changes.patch';
