import { shownPaths } from '../limits/changes.ts';
import { viewerLogin } from '../github.ts';
import type { Landed } from './delivery.ts';
import type { Place } from './repository.ts';

/** A name as code; what could end it, or begin a line, is shown as `?`. */
export function named(name: string): string {
  return `\`${name.replaceAll(/[`\p{C}\p{Zl}\p{Zp}]/gu, '?').slice(0, 200)}\``;
}

/** Some names, and how many there are besides. */
export function listed(paths: readonly string[]): string {
  const rest = paths.length - shownPaths;
  const list = paths.slice(0, shownPaths).map(named).join(', ');
  return rest > 0 ? `${list} and ${rest} more` : list;
}

/** A commit as code, in as many letters as GitHub shows. */
export function short(sha: string): string {
  return `\`${sha.slice(0, 7)}\``;
}

/** Why the changes could not be pushed, as a sentence. */
export function reasonOf(landed: Exclude<Landed, { is: 'pushed' }>, branch: string): string {
  switch (landed.is) {
    case 'denied':
      return `GitHub did not let the changes be pushed: the job probably lacks the permission \`contents: write\`.`;
    case 'workflows-denied':
      return `GitHub does not let this token change workflows (${listed(landed.paths)}), if it may write contents at all: a token with the permission \`workflows\` can.`;
    case 'unfit':
      return `The changes could not be pushed: ${landed.why}.`;
    case 'protected':
      return `A rule of the repository forbids pushing to ${named(branch)} (${said(landed.said)}).`;
    case 'conflicts':
      return `The changes do not merge with what ${named(branch)} shows by now (${listed(landed.paths)}).`;
    case 'moved':
      return `The branch ${named(branch)} moved each time that the changes were pushed to it.`;
    case 'gone':
      return `The branch ${named(branch)} is not there any more.`;
    case 'taken':
      return `The branch ${named(branch)} is there already, and is not this action's.`;
    case 'empty':
      return `The branch ${named(branch)} has these changes already: nothing is left to push.`;
  }
}

/** What GitHub said, on one line and without the address of its manual. */
export function said(message: string): string {
  const line = message
    .replace(/\s+-\s+https:\/\/docs\.github\.com\S*$/, '')
    .replaceAll(/\s+/g, ' ');
  return line.slice(0, 300).replace(/[.\s]+$/, '');
}

/** Whose pushes start no workflow. */
const tokenLogin = 'github-actions[bot]';

/**
 * What everybody must know of a push made with `GITHUB_TOKEN`; empty for any other token.
 * https://docs.github.com/actions/concepts/security/github_token
 */
export function noteOnToken(login: string): string {
  if (login.toLowerCase() !== tokenLogin) return '';
  return 'This was pushed with `GITHUB_TOKEN`, which starts no other workflow: checks do not run until somebody else pushes, or closes and opens the pull request again.';
}

/** The same where GitHub was not asked yet for the login; empty where it does not say. */
export async function tokenNote({ github }: Place, signal: AbortSignal): Promise<string> {
  return noteOnToken(await viewerLogin(github, signal).catch(() => ''));
}
