import type { Range } from './ranges.ts';

/**
 * How tokens that say by themselves what they are begin, and what follows then. The lengths are
 * bounded, since no token is longer and an endless one would be looked through again and again.
 * https://docs.github.com/code-security/reference/secret-security/supported-secret-scanning-patterns
 */
const tokens: ReadonlyArray<readonly [beginning: string, rest: string]> = [
  // An installation's token may be a JWT behind its prefix, with dots in it.
  ['gh[pousr]_', String.raw`[A-Za-z0-9](?:[\w-]|\.(?=[\w-])){15,2000}`],
  ['github_pat_', String.raw`\w{16,500}`],
  ['gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-', String.raw`[\w-]{16,500}`],
  ['npm_', '[A-Za-z0-9]{30,200}'],
  ['(?:AKIA|ASIA)', '[0-9A-Z]{16}(?![0-9A-Za-z])'],
  ['AIza', String.raw`[\w-]{30,100}`],
  ['(?:GOCSPX-|ya29\\.)', String.raw`[\w-]{20,2000}`],
  ['xox[abeoprs]-', String.raw`[\w-]{10,500}`],
  ['xapp-', String.raw`\d-[\w-]{10,500}`],
  ['sk-(?:ant|proj|or|svcacct|admin)-', String.raw`[\w-]{16,1000}`],
  ['sk-', '[A-Za-z0-9]{20,500}'],
  ['[sr]k_live_', '[A-Za-z0-9]{16,500}'],
  ['hf_', '[A-Za-z0-9]{30,200}'],
  ['gsk_', '[A-Za-z0-9]{30,200}'],
  ['xai-', '[A-Za-z0-9]{40,200}'],
  ['pypi-', String.raw`Ag[\w-]{50,1000}`],
  ['dckr_pat_', String.raw`[\w-]{20,200}`],
  ['hv[sb]\\.', String.raw`[\w-]{24,500}`],
  // RFC 7519: header and claims are JSON objects in base64url; `{"` is written `eyJ`.
  ['(?<![-_])eyJ', String.raw`[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,2000}`],
];

/** A beginning counts where no word goes on; a word of any length is so looked at once only. */
const atWordStart = '(?<![A-Za-z0-9])';

const label = '(?:[A-Z ]{0,40} )?PRIVATE KEY(?: BLOCK)?-----';

/** A key up to its end, whatever stands before its lines; one that has no end, as far as it is one. */
const privateKey = new RegExp(
  String.raw`-{3,5}BEGIN ${label}` +
    String.raw`(?:(?:[^-]|-(?!----))*-----END ${label}|(?:(?:[\s>|+#*"',]|\\[nr\\])*[A-Za-z0-9+/=]{32,})+)?`,
  'g',
);

/** The shapes of tokens and private keys, with the flag `g`; each takes time linear in the text. */
export const tokenShapes: readonly RegExp[] = [
  ...tokens.map(([beginning, rest]) => new RegExp(`${atWordStart}${beginning}${rest}`, 'g')),
  privateKey,
];

/** What a token may be that the text has not got to the end of. */
const openToken = new RegExp(
  `${atWordStart}(?:${tokens.map(([beginning]) => beginning).join('|')})[\\w.-]*$`,
);
const openTokenChars = 2_500;

/** A key is about 3,300 characters long, a large one 12,000. */
const openKeyChars = 16_000;
const keyStart = new RegExp(`^-----BEGIN ${label}`);

/** Where a text holds tokens or private keys. */
export function findShapes(text: string): Range[] {
  return tokenShapes.flatMap((shape) =>
    [...text.matchAll(shape)].map(({ index, 0: found }) => ({
      from: index,
      to: index + found.length,
    })),
  );
}

/** Where a token or a private key begins that may go on behind the text's end; else its length. */
export function findOpenShape(text: string): number {
  const from = Math.max(0, text.length - openTokenChars);
  const token = openToken.exec(text.slice(from));
  const key = text.lastIndexOf('-----BEGIN ');
  const isOpen =
    key >= text.length - openKeyChars &&
    keyStart.test(text.slice(key, key + 100)) &&
    !text.includes('-----END ', key);
  return Math.min(
    token === null ? text.length : from + token.index,
    key >= 0 && isOpen ? key : text.length,
  );
}
