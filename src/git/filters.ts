import type { Setting } from './git.ts';

/**
 * What `git config -z --get-regexp` must be asked for `withoutFilters`. Git LFS runs commands of the
 * configuration as well: https://github.com/git-lfs/git-lfs/blob/main/docs/extensions.md
 */
export const filterKeys = String.raw`^(filter|lfs\.(extension|customtransfer))\.`;

/** As `git lfs install` sets them, with `--skip-smudge` or without. */
const stockLfs = /^(git-lfs (clean|smudge|filter-process)( --skip)?( -- %f)?|true|)$/;

/**
 * The settings that turn off every filter in what git printed, for a filter is a command that the
 * agent may have set: but for the one of Git LFS, where it is as Git LFS itself sets it.
 */
export function withoutFilters(printed: string): Setting[] {
  const last = new Map(
    printed.split('\0').map((entry) => {
      const [key = '', ...value] = entry.split('\n');
      return [key, value.join('\n')] as const;
    }),
  );
  const names = new Set<string>();
  for (const [key, value] of last) {
    const name = /^filter\.(.*)\.[^.]*$/.exec(key)?.[1];
    if (name !== undefined && (name !== 'lfs' || !stockLfs.test(value))) names.add(name);
    if (key.startsWith('lfs.')) names.add('lfs');
  }
  return [...names].flatMap((name): Setting[] => [
    [`filter.${name}.clean`, ''],
    [`filter.${name}.smudge`, ''],
    [`filter.${name}.process`, ''],
    [`filter.${name}.required`, 'false'],
  ]);
}
