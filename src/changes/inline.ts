import { inlineBytes } from '../limits.ts';

/**
 * The bytes as text, where JSON gives GitHub the same bytes for certain; undefined where they go as
 * a blob in base64: what is no UTF-8, what begins with a byte order mark, which readers of JSON and
 * of text drop (RFC 8259, section 8.1), what holds control characters, what is large, and what is
 * empty, which a server may take for not given.
 */
export function inlineText(bytes: Buffer): string | undefined {
  if (bytes.length === 0 || bytes.length > inlineBytes) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /^\ufeff|[^\P{Cc}\t\n\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
