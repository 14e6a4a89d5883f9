import { type Git, GitError } from '../git/git.ts';
import { matchOwned, type Matcher } from './patterns.ts';

/**
 * Where GitHub looks for CODEOWNERS; the first counts.
 * https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-file-location
 */
export const ownersPlaces = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/**
 * The CODEOWNERS of a commit, from where GitHub looks for it; empty where there is none. To be read
 * before the agent starts, who could forge it later. Throws `GitError`.
 */
export async function readCodeOwners(
  git: Git,
  commit: string,
  signal: AbortSignal,
): Promise<string> {
  for (const place of ownersPlaces) {
    try {
      return await git(['cat-file', 'blob', `${commit}:${place}`], signal);
    } catch (thrown) {
      // There is none: anything else is asked again at the end.
      if (!(thrown instanceof GitError) || thrown.exitCode !== 128) throw thrown;
    }
  }
  // A commit that is not there has no CODEOWNERS either, but would have had.
  await git(['cat-file', '-e', `${commit}^{tree}`], signal);
  return '';
}

/** Whether a path has owners: the last pattern counts that means it, and one without owners unmarks. */
export function matchOwners(text: string): Matcher {
  const rules = text.split(/\r?\n/).flatMap((line) => ruleOf(line) ?? []);
  return (path) => rules.findLast(({ matches }) => matches(path))?.isOwned ?? false;
}

/** Lines that GitHub does not understand, it skips: so do we. */
function ruleOf(line: string): { matches: Matcher; isOwned: boolean } | undefined {
  const words = line.trim().match(/(?:\\.|[^\s\\])+/gu) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  const [pattern, ...owners] = comment < 0 ? words : words.slice(0, comment);
  if (pattern === undefined || pattern.startsWith('!')) return undefined;
  return { matches: matchOwned(pattern), isOwned: owners.length > 0 };
}
