import type { ChangedFile } from '../../src/review/changed-file.ts';
import { readHunks } from '../../src/review/lines.ts';

/**
 * The files of a diff as git prints it (and GitHub, for `application/vnd.github.diff`), in the shape
 * of GitHub's list. It says more: the modes. `sha` is as short as the diff has it, and null where it
 * says none (a rename or a mode alone).
 * https://git-scm.com/docs/diff-format#generate_patch_text_with_p
 */
export function readGitDiff(diff: string): ChangedFile[] {
  return diff
    .split(/(?<=\n)(?=diff --git )/)
    .filter((section) => section.startsWith('diff --git '))
    .map(readSection);
}

/** The mode of a file that is not there. */
const none = '000000';

function readSection(section: string): ChangedFile {
  const start = section.indexOf('\n@@ ');
  const head = start < 0 ? section : section.slice(0, start);
  const lines = head.split('\n');
  const after = (sign: string): string | undefined =>
    lines.find((line) => line.startsWith(sign))?.slice(sign.length);
  const hunks = start < 0 ? [] : readHunks(section.slice(start + 1));
  const count = (kind: string): number =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0);
  const { path, former, status } = namesOf(lines[0] ?? '', after);
  const [shas = '', mode] = (after('index ') ?? '').split(' ');
  const [before = '', now = ''] = shas.split('..');
  const old = after('old mode ') ?? after('deleted file mode ') ?? mode ?? none;
  const newer = after('new mode ') ?? after('new file mode ') ?? mode ?? none;
  return {
    filename: path,
    ...(former === undefined ? {} : { previous_filename: former }),
    status,
    sha: (status === 'removed' ? before : now) || null,
    additions: count('added'),
    deletions: count('removed'),
    ...(start < 0 ? {} : { patch: section.slice(start + 1).replace(/\n$/, '') }),
    ...(old === none && newer === none ? {} : { modes: `${old} ${newer}` }),
  };
}

interface Names {
  path: string;
  former: string | undefined;
  status: string;
}

function namesOf(heading: string, after: (sign: string) => string | undefined): Names {
  for (const [sign, status] of [
    ['rename', 'renamed'],
    ['copy', 'copied'],
  ] as const) {
    const [from, to] = [after(`${sign} from `), after(`${sign} to `)];
    if (from !== undefined && to !== undefined)
      return { path: unquote(to), former: unquote(from), status };
  }
  const isNew = after('new file mode ') !== undefined;
  const isGone = after('deleted file mode ') !== undefined;
  const named = isGone ? after('--- ') : after('+++ ');
  const path = named === undefined ? sameName(heading) : withoutSide(named);
  return { path, former: undefined, status: isNew ? 'added' : isGone ? 'removed' : 'modified' };
}

/** Git puts a tab behind a name with a space in it. */
function withoutSide(name: string): string {
  return unquote(name.replace(/\t$/, '')).replace(/^[ab]\//, '');
}

/** `diff --git a/x b/x`, where both names are the same: the second half, whatever is in it. */
function sameName(heading: string): string {
  const names = heading.slice('diff --git '.length);
  return withoutSide(names.slice((names.length + 1) / 2));
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

/**
 * A name as git prints it, which is in quotation marks with C's escapes where it must be: bytes in
 * octal. https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
 */
export function unquote(name: string): string {
  if (!/^".*"$/s.test(name)) return name;
  const bytes = name
    .slice(1, -1)
    .replaceAll(/\\(?:([0-7]{3})|(.))|[^\\]+/gs, (all, octal?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (letter !== undefined) return escapes[letter] ?? letter;
      return Buffer.from(all).toString('latin1');
    });
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
