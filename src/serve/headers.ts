/** Headers as Node has them raw: name, value, name, value, in the order in which they came. */
export type RawHeaders = readonly string[];

/**
 * What concerns one connection only and is never passed on: RFC 9110, section 7.6.1, with RFC 2068's
 * `Keep-Alive` and `Proxy-Connection`, and what `Connection` names besides.
 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What a client says and OpenCode must not hear: its framing, which is our own, whom it speaks to, its credentials, where it comes
 * from (RFC 7239; we are no witness of that), what we answer ourselves (`Expect`: RFC 9110, section
 * 10.1.1), and which of OpenCode's workspaces is meant: like a directory, but on another machine.
 */
const clientOnly = new Set([
  'content-length',
  'host',
  'authorization',
  'cookie',
  'forwarded',
  'via',
  'x-real-ip',
  'expect',
  'x-opencode-workspace',
]);

/** What OpenCode says and no client must hear: its own login, and what it is built of. */
const upstreamOnly = new Set(['set-cookie', 'www-authenticate', 'server', 'x-powered-by']);

/** The headers of a request as they go on; `drop` names further ones, in lower case. */
export function passRequestHeaders(raw: RawHeaders, drop: readonly string[] = []): string[] {
  return pass(
    raw,
    (name) =>
      clientOnly.has(name) ||
      name.startsWith('proxy-') ||
      name.startsWith('x-forwarded-') ||
      drop.includes(name),
  );
}

/** The headers of an answer as they go back; Node frames it by its length, or else in chunks. */
export function passResponseHeaders(raw: RawHeaders): string[] {
  return pass(raw, (name) => upstreamOnly.has(name) || name.startsWith('proxy-'));
}

/** All values of a header, by its name in lower case. */
export function valuesOf(raw: RawHeaders, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() === name) values.push(raw[index + 1] ?? '');
  }
  return values;
}

function pass(raw: RawHeaders, isDropped: (name: string) => boolean): string[] {
  const named = namedBy(raw);
  const passed: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || named?.has(lower) || isDropped(lower)) continue;
    passed.push(name, raw[index + 1] ?? '');
  }
  return passed;
}

function namedBy(raw: RawHeaders): Set<string> | undefined {
  const connections = valuesOf(raw, 'connection');
  if (connections.length === 0) return undefined;
  const names = connections.flatMap((value) => value.split(','));
  return new Set(names.map((name) => name.trim().toLowerCase()));
}
