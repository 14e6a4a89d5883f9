/** A secret with characters that are escaped, and the ways to write it that must be found. */
export const canary = `cänary<"8f&3'>/+${'k9Q2vX7bL4'}=?%`;

/** The ways to write a secret, with a name for each. */
export function spellings(secret: string): [how: string, written: string][] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const base64 = (before: number, encoding: 'base64' | 'base64url'): string =>
    Buffer.from('x'.repeat(before) + secret + 'y'.repeat(before)).toString(encoding);
  const places = [0, 1, 2].flatMap((before): [string, string][] => [
    [`in base64 (${before})`, base64(before, 'base64')],
    [`in base64url (${before})`, base64(before, 'base64url')],
  ]);
  return [
    ['as it is', secret],
    ['backwards', Array.from(secret).toReversed().join('')],
    ['as JSON writes it', JSON.stringify(secret).slice(1, -1)],
    ['as JSON within JSON writes it', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['as Markdown may write it', secret.replaceAll(/[!-/:-@[-`{-~]/g, String.raw`\$&`)],
    ['as HTML writes it', html],
    ['as an attribute writes it', html.replaceAll('"', '&quot;').replaceAll("'", '&#39;')],
    ['as an address writes it', encodeURIComponent(secret)],
    ['as a form writes it', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['with every byte escaped', hex.replaceAll(/../g, '%$&')],
    ['with every byte escaped in capitals', hex.toUpperCase().replaceAll(/../g, '%$&')],
    ['in hexadecimal', hex],
    ['in hexadecimal capitals', hex.toUpperCase()],
    ['in hexadecimal with colons', hex.replaceAll(/..(?!$)/g, '$&:')],
    ['as escapes of a string', hex.replaceAll(/../g, String.raw`\x$&`)],
    ...places,
  ];
}
