import type { Place } from './upstream.ts';

/** The head of a request to OpenCode. */
export interface RequestHead {
  method: string;
  /** Path and query. */
  path: string;
  /** Raw, without what frames the body. */
  headers: readonly string[];
  /** Bytes of the body; undefined: it comes in chunks. */
  length: number | undefined;
}

const token = /^[\w!#$%&'*+\-.^`|~]+$/;
const beyondPath = /[^\x21-\xff]/;
const beyondValue = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Writes the head of a request, each byte a character. Undefined where something would end a line
 * before its time: Node's parser and the front's own rules let nothing of that kind come so far.
 */
export function writeRequestHead(place: Place, head: RequestHead): string | undefined {
  const { method, path, headers, length } = head;
  if (!token.test(method) || beyondPath.test(path)) return undefined;
  const { authorization, url } = place;
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n`;
  if (authorization !== undefined) text += `authorization: ${authorization}\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    if (!token.test(name) || beyondValue.test(value)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  if (length === undefined) return `${text}transfer-encoding: chunked\r\n\r\n`;
  const isBodiless = length === 0 && (method === 'GET' || method === 'HEAD');
  return isBodiless ? `${text}\r\n` : `${text}content-length: ${length}\r\n\r\n`;
}
