/** Whether a path is meant by a pattern; the path is relative, with `/`. */
export type Matcher = (path: string) => boolean;

/**
 * A pattern of a `.gitignore` (https://git-scm.com/docs/gitignore#_pattern_format): with a slash
 * before its end it counts from the top, else at any depth; what it matches may be a folder, and all
 * in it is meant then. `folder/**` means the folder's own name too, which a link may take. Letter
 * case makes no difference: on some systems `.GitHub` is `.github`.
 */
export function matchIgnoring(pattern: string): Matcher {
  const regexp = toRegExp(pattern, '(?:/.*)?', 'isu');
  return (path) => regexp.test(path);
}

/**
 * A pattern of CODEOWNERS: as in a `.gitignore`, but letter case counts, `docs/*` means no folders,
 * and `[` stands for itself.
 * https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax
 */
export function matchOwned(pattern: string): Matcher {
  const below = /(?:^|[^*])\/\*$/.test(pattern) ? '' : '(?:/.*)?';
  const regexp = new RegExp(`^${bodyOf(pattern, false)}${below}$`, 'su');
  return (path) => regexp.test(path);
}

/** A range that is none (`[z-a]`) stands for itself. */
function toRegExp(pattern: string, below: string, flags: string): RegExp {
  try {
    return new RegExp(`^${bodyOf(pattern, true)}${below}$`, flags);
  } catch {
    return new RegExp(`^${bodyOf(pattern, false)}${below}$`, flags);
  }
}

/** A slash at the end says that a folder is meant: for us, whatever has that name. */
function bodyOf(pattern: string, hasRanges: boolean): string {
  const trimmed = pattern.replace(/\/+$/, '');
  const isAnchored = trimmed.includes('/');
  const parts = trimmed.replace(/^\/+/, '').split(/\/+/);
  while (parts.length > 1 && parts.at(-1) === '**') parts.pop();
  const body = parts.map((part, at) => {
    const isLast = at === parts.length - 1;
    if (part === '**') return isLast ? '.*' : '(?:.*/)?';
    return partOf(part, hasRanges) + (isLast ? '' : '/');
  });
  return (isAnchored ? '' : '(?:.*/)?') + body.join('');
}

const token = /\\(.)|(\*+)|(\?)|\[([!^]?)(\]?[^\]]*)\]|[^]/gsu;

function partOf(part: string, hasRanges: boolean): string {
  return part.replaceAll(
    token,
    (all, escaped?: string, stars?: string, one?: string, not?: string, range?: string) => {
      if (escaped !== undefined) return literally(escaped);
      if (stars !== undefined) return '[^/]*';
      if (one !== undefined) return '[^/]';
      if (range === undefined || !hasRanges) return literally(all);
      const members = range.replaceAll(/[\\\]^[]/g, String.raw`\$&`);
      return `(?!/)[${not === '' ? '' : '^'}${members}]`;
    },
  );
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
