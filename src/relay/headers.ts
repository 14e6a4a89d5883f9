import type { IncomingMessage } from 'node:http';

/** Headers of one connection. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What says who asks, and what the relay answers for itself (`Host`, RFC 9110, 7.2; `Expect`, 10.1.1). */
const replaced =
  /^(?:authorization|x-api-key|x-goog-api-key|api-key|cookie|host|expect|forwarded|x-forwarded-.+|x-real-ip)$/;

/** Headers by name in lower case, each with all of its lines. */
export type Headers = Record<string, string[]>;

/** The headers of a request that its provider gets, `own` put in over them. */
export function requestHeaders(
  request: IncomingMessage,
  own: Readonly<Record<string, string>>,
): Headers {
  const isEmpty = request.method === 'GET';
  const passed = Object.entries(endToEnd(request)).filter(
    ([name]) => !replaced.test(name) && !(isEmpty && name === 'content-length'),
  );
  const over = Object.entries(own).map(([name, value]) => [name.toLowerCase(), [value]] as const);
  return Object.fromEntries([...passed, ...over]);
}

/** The headers of an answer that the agent gets: cookies it could not send back. */
export function responseHeaders(response: IncomingMessage): Headers {
  const passed = Object.entries(endToEnd(response)).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(passed);
}

function endToEnd(message: IncomingMessage): Headers {
  const all = Object.entries(message.headersDistinct);
  const named = (message.headersDistinct['connection'] ?? [])
    .flatMap((line) => line.split(','))
    .map((name) => name.trim().toLowerCase());
  const kept = all.filter(([name]) => !hopByHop.has(name) && !named.includes(name));
  return Object.fromEntries(kept.map(([name, lines]) => [name, lines ?? []]));
}
