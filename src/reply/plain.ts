/**
 * Text that is not Markdown, on one line, for use in Markdown: no tag, list, table cell or code
 * span can come of it, and no mention (GitHub notifies people whom a tool's title happens to name).
 * Cut with an ellipsis at `most` UTF-16 code units, before escaping.
 */
export function plain(text: string, most: number): string {
  return shorten(text, most)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '@&#8203;')
    .replaceAll(/[\\`*_{}[\]|~]/g, '\\$&');
}

/**
 * A sentence of ours, which may hold code spans, on one line. What a server or provider said may
 * stand in it as well: no tag, mention, link or image can come of it. Cut like `plain`.
 */
export function sentence(text: string, most: number): string {
  return shorten(text, most).replaceAll('<', '&lt;').replaceAll(parts, disarm);
}

/**
 * Code spans, backticks that begin none, escapes, bare addresses (to GitHub a backtick in one begins
 * no code), and what must be disarmed outside of all these; `&#64;` is an `@` as well.
 */
const parts = /(`+)(?!`).*?[^`]\1(?!`)|`+|\\[\\`[]|(?:\w+:\/\/|www\.)\S+|&(?=#|commat;)|[@[]/gi;

function disarm(part: string): string {
  if (part === '@') return '@&#8203;';
  if (part === '[') return String.raw`\[`;
  if (part === '&') return '&amp;';
  return /^\w/.test(part) ? part.replaceAll(/[`@[]|&(?=#|commat;)/gi, encodeURIComponent) : part;
}

/** A value as a code span that is safe in a table cell as well; empty text stays empty. */
export function code(text: string): string {
  const line = shorten(text, 200).replaceAll('|', '\\|');
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  const space = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** Any text as a code block, which nothing in it can end. */
export function codeBlock(text: string, language = 'text'): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * Whether nothing of a text would be seen: only white space, invisible characters and HTML
 * comments. A comment that is not closed hides all the rest.
 */
export function isBlank(text: string): boolean {
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    const shown = text.slice(at, start === -1 ? text.length : start);
    if (/[^\s\p{Cf}]/u.test(shown)) return false;
    const end = start === -1 ? -1 : text.indexOf('-->', start);
    if (end === -1) return true;
    at = end + 3;
  }
}

function shorten(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  const end = /^[\udc00-\udfff]/.test(line.slice(most)) ? most - 1 : most;
  return `${line.slice(0, end)}…`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
