import { squeeze, toText } from './squeeze.ts';

/** Shorter values are words of every day: taking them out would garble the text and hide nothing. */
export const secretChars = 8;

/** A line of a longer secret must be longer than that: `"type": "x",` is no secret. */
const lineChars = 12;

/** Whether a value is long enough to be sought; what may be between its characters does not count. */
export function isSought(secret: string): boolean {
  return squeezed(secret).length >= secretChars;
}

/**
 * How a secret may be written, squeezed: as it is, escaped, backwards, in base64 (at each of the
 * three places where it may stand within a longer text, without the characters that its neighbours
 * share), base64url, hexadecimal, and escaped for an address; and so each line of it.
 * Empty where the secret is not sought.
 */
export function spellingsOf(secret: string): string[] {
  const whole = secret.trim().toWellFormed();
  if (!isSought(whole)) return [];
  const lines = whole
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => squeezed(line).length >= lineChars && !line.startsWith('-----'));
  return [...new Set([whole, ...lines])]
    .flatMap((value) => [...textual(value), ...inBase64(value), ...inHex(value)])
    .map(squeezed)
    .filter((spelling) => spelling.length >= secretChars);
}

function squeezed(text: string): string {
  return isSqueezed.test(text) ? text : toText(squeeze(text));
}

/** Most spellings by far: every process builds them before its first sign. */
const isSqueezed = /^[!-[\]-~]*$/;

function textual(value: string): string[] {
  const inAddress = encodeURIComponent(value);
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const attribute = html.replaceAll('"', '&quot;');
  return [
    value,
    Array.from(value).toReversed().join(''),
    JSON.stringify(value).slice(1, -1),
    html,
    attribute.replaceAll("'", '&#39;'),
    attribute.replaceAll("'", '&#x27;'),
    inAddress,
    inAddress.replaceAll(/%../g, (escape) => escape.toLowerCase()),
    new URLSearchParams([['', value]]).toString().slice(1),
  ];
}

/** RFC 4648, sections 4 and 5: three bytes are four characters, so that a place counts modulo 3. */
function inBase64(value: string): string[] {
  const bytes = Buffer.byteLength(value);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.from('\0'.repeat(before) + value).toString('base64');
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Dumps, and the escapes of addresses and of strings (`\x`, squeezed). */
function inHex(value: string): string[] {
  const lower = Buffer.from(value).toString('hex');
  return [lower, lower.toUpperCase()].flatMap((bytes) => {
    const inAddress = bytes.replaceAll(/../g, '%$&');
    const withColons = inAddress.slice(1).replaceAll('%', ':');
    return [bytes, inAddress, withColons, inAddress.replaceAll('%', 'x')];
  });
}
