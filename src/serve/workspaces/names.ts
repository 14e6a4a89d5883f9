import { linksFollowed, nameBytes, partBytes } from '../limits.ts';

/**
 * Code points that HFS+ leaves out of names, so that `.g‌it` is `.git` there.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectHFS
 */
const ignored = /[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/g;

/** Whether a part of a path is git's own folder, in any spelling that git refuses. */
function isGitFolder(part: string): boolean {
  // NTFS: what follows a colon is a stream, spaces and dots at the end do not count; `git~1` is short.
  const onNtfs = part.replace(/:.*$/s, '').replace(/[ .]+$/, '');
  return /^(\.git|git~1)$/i.test(onNtfs) || /^\.git$/i.test(part.replaceAll(ignored, ''));
}

/**
 * Why a name must not be laid out, to stand after it; undefined where it may be. It comes as bytes,
 * one character each, for git's names are no text. A backslash parts a name elsewhere: what would be
 * dangerous there is refused here.
 */
export function problemOfName(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > nameBytes) return 'is too long';
  if (name.includes('\0')) return 'holds a NUL';
  if (/^[/\\]|^[a-z]:[/\\]/i.test(name)) return 'is absolute';
  for (const part of name.split('/')) {
    if (part === '' || part === '.') return 'is not in its plain form';
    if (part.length > partBytes) return 'has a part that is too long';
  }
  const parts = Buffer.from(name, 'latin1').toString('utf8').split(/[/\\]/);
  if (parts.includes('..')) return 'leads out of its folder';
  return parts.some(isGitFolder) ? "is git's own" : undefined;
}

/** What there is by a name. */
export type Kind = 'file' | 'link' | 'module' | 'folder';

/** The names that were laid out so far, and where the links among them lead. */
export interface Names {
  /** Takes one in; the answer is why it must not be laid out, undefined where it may be. */
  add(name: string, kind: Kind): string | undefined;
  /** Tells of a link's target, bytes as in a name. */
  link(name: string, target: string): string | undefined;
  /** The first link that leads out of the whole, by way of others perhaps. */
  findWayOut(): string | undefined;
}

/** Begins with none. */
export function collectNames(): Names {
  const kinds = new Map<string, Kind>();
  const links = new Map<string, string>();
  return {
    add: (name, kind) => {
      const problem = problemOfName(name);
      if (problem !== undefined) return problem;
      for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
        const above = name.slice(0, at);
        if ((kinds.get(above) ?? 'folder') !== 'folder') return 'lies in what is no folder';
        kinds.set(above, 'folder');
      }
      const before = kinds.get(name);
      if (before !== undefined && (before !== 'folder' || kind !== 'folder'))
        return 'is there twice';
      kinds.set(name, kind);
      return undefined;
    },
    link: (name, target) => {
      if (target === '' || target.includes('\0')) return 'leads nowhere';
      if (target.length > nameBytes) return 'has a target that is too long';
      // Git reads it as configuration: https://git-scm.com/docs/gitmodules
      if (/(^|\/)\.gitmodules$/i.test(name)) return 'must be no link';
      links.set(name, target);
      return undefined;
    },
    findWayOut: () => [...links.keys()].find((name) => leadsOut(name, links)),
  };
}

/** Follows a link as the kernel would: each part, and each link on the way. */
function leadsOut(name: string, links: ReadonlyMap<string, string>): boolean {
  const rest = name.split('/').toReversed();
  const at: string[] = [];
  for (let followed = 0; rest.length > 0;) {
    const part = rest.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) return true;
      continue;
    }
    at.push(part);
    const target = links.get(at.join('/'));
    if (target === undefined) continue;
    if (target.startsWith('/')) return true;
    followed += 1;
    // The kernel gives up as well: path_resolution(7), ELOOP.
    if (followed > linksFollowed) return false;
    at.pop();
    rest.push(...target.split('/').toReversed());
  }
  return false;
}
