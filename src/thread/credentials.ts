/** One entry of a git configuration; the key as git prints it, section and name in lower case. */
export interface ConfigEntry {
  key: string;
  /** Undefined where it stands alone, which git takes for true. */
  value: string | undefined;
}

/** Reads what `git config -z --list` prints. */
export function readEntries(printed: string): ConfigEntry[] {
  return printed
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      if (end === -1) return { key: entry, value: undefined };
      return { key: entry.slice(0, end), value: entry.slice(end + 1) };
    });
}

/** Settings whose value is a credential, or what fetches one. */
const credentialKeys = [
  /^http\.(.*\.)?(extraheader|cookiefile|sslkey)$/,
  /^credential\./,
  /^core\.(sshcommand|askpass|gitproxy)$/,
  /(token|secret|password|passwd|pass|apikey|api_key)$/,
];

/** An address with a user before its host; a name alone, over SSH, opens nothing. */
const withUser = /\b(?!ssh:\/\/[^/\s:@]*@)([a-z][\w+.-]*:\/\/)[^/\s"'@]+@/gi;

/**
 * The entries that an agent may see: without those that are or may be a credential, and with
 * addresses that have lost the name and password in them. `looksSecret` knows the shapes of tokens.
 */
export function withoutCredentials(
  entries: readonly ConfigEntry[],
  looksSecret: (text: string) => boolean,
): ConfigEntry[] {
  return entries.flatMap(({ key, value }) => {
    const isCredential = credentialKeys.some((pattern) => pattern.test(key.toLowerCase()));
    if (isCredential || key.replace(withUser, '$1') !== key || looksSecret(key)) return [];
    const plain = value?.replaceAll(withUser, '$1');
    return plain !== undefined && looksSecret(plain) ? [] : [{ key, value: plain }];
  });
}

/** Absolute paths that a credential's own entries name: of a key, of a cookie or password file. */
export function namedFiles(entries: readonly ConfigEntry[]): string[] {
  return entries
    .filter(({ key }) => credentialKeys.some((pattern) => pattern.test(key.toLowerCase())))
    .flatMap(({ value }) => value?.split(/["'=\s]+/) ?? [])
    .filter((word) => word.startsWith('/'));
}

/** The files that entries include, whatever the condition; as they are written there. */
export function includedFiles(entries: readonly ConfigEntry[]): string[] {
  return entries.flatMap(({ key, value }) =>
    /^include(if\..*)?\.path$/s.test(key) && value !== undefined ? [value] : [],
  );
}

/**
 * Entries as a file that git reads as the same ones again.
 * https://git-scm.com/docs/git-config#_syntax
 */
export function printEntries(entries: readonly ConfigEntry[]): string {
  return entries.map(printEntry).join('');
}

function printEntry({ key, value }: ConfigEntry): string {
  const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')];
  const sub = first === last ? '' : ` "${quoted(key.slice(first + 1, last))}"`;
  const text = value === undefined ? '' : ` = "${quoted(value)}"`;
  return `[${key.slice(0, first)}${sub}]\n\t${key.slice(last + 1)}${text}\n`;
}

function quoted(text: string): string {
  return text
    .replaceAll(/[\\"]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll('\b', String.raw`\b`);
}
