/** A pull request in a repository of its own, for whole runs: what its base and its head hold. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { commentEvent, type SampleEvent } from '../../playground/events.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { git } from '../thread/repository.ts';

/** Files by name; `-> target` makes a link, undefined removes. */
export type Files = Record<string, string | undefined>;

/** A repository that the emulator serves, and a checkout of it. */
export interface PullRepository {
  /** Its `.git`. */
  served: string;
  base: string;
  head: string;
  /** A checkout of `main`, as `actions/checkout` leaves one. */
  workspace: string;
}

/** Makes the repository and its checkout in an empty folder. */
export function newPullRepository(folder: string, base: Files, head: Files): PullRepository {
  const work = join(folder, 'served');
  mkdirSync(work);
  git(work, 'init', '--quiet');
  const baseSha = commitFiles(work, { 'code.txt': 'base\n', ...base });
  git(work, 'switch', '--quiet', '--create', 'feature');
  const headSha = commitFiles(work, { 'code.txt': 'head\n', 'sub/code.txt': 'sub\n', ...head });
  git(work, 'switch', '--quiet', 'main');
  git(work, 'update-ref', 'refs/pull/2/head', headSha);
  const workspace = join(folder, 'workspace');
  git(folder, 'clone', '--quiet', '--single-branch', work, workspace);
  git(workspace, 'remote', 'set-url', 'origin', 'http://127.0.0.1/octo-org/hello-world.git');
  return { served: join(work, '.git'), base: baseSha, head: headSha, workspace };
}

/** Writes files and commits what came of it; the commit. */
export function commitFiles(work: string, files: Files): string {
  for (const [name, text] of Object.entries(files)) put(work, name, text);
  git(work, 'add', '--all', '--force');
  git(work, 'commit', '--quiet', '--message', 'Work');
  return git(work, 'rev-parse', 'HEAD');
}

function put(work: string, name: string, text: string | undefined): void {
  const path = join(work, name);
  if (text === undefined) {
    git(work, 'rm', '-r', '--quiet', name);
    return;
  }
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  if (text.startsWith('-> ')) symlinkSync(text.slice(3), path);
  else writeFileSync(path, text);
}

/** A mention on the pull request by somebody who may; its author is a stranger with a fork. */
export function onPullOf(
  { base, head }: PullRepository,
  author = 'stranger',
): (state: GitHubState) => SampleEvent {
  return (state) => {
    state.addIssue();
    const headRepository = author === 'stranger' ? `stranger/${state.name}` : state.fullName;
    const { number } = state.addPull({ headSha: head, baseSha: base, author, headRepository });
    return commentEvent(state, { number, body: '/oc is it good?' });
  };
}
