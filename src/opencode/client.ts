import { ActionError, messageOf } from '../errors.ts';
import { projectMs, requestMs } from '../limits.ts';
import { readConfigError } from './config-error.ts';
import { isRecord } from './shapes.ts';

/** Where a server is, how it is spoken to, and which of its directories is meant. */
export interface Address {
  /** Base address, without a trailing slash. */
  url: string;
  /** Sent with every request. Secret. */
  headers: Readonly<Record<string, string>>;
  /** Added to every request; undefined: the server's own working directory. */
  directory: string | undefined;
}

/** One call: `path` starts with a slash, `body` is sent as JSON. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  /** It may be the first one for its directory: it gets `projectMs` in place of `requestMs`. */
  loadsProject?: true;
}

/**
 * Sends one call and answers with whatever status came, redirects included: they are not followed,
 * for the credentials would go with them.
 * Throws `signal.reason` where the signal fired, and `server-unreachable` (retryable) where nothing
 * answered within `requestMs` (`projectMs` where the call loads the project).
 */
export async function send(address: Address, call: Call, signal: AbortSignal): Promise<number> {
  return (await exchange(address, call, signal)).status;
}

/**
 * Sends one call and reads its JSON (undefined for an empty body).
 * Besides what `send` throws: `server-unauthorized` for 401 and 403, by the number alone, and
 * what `refusal` makes of every other status that is no success.
 */
export async function request(address: Address, call: Call, signal: AbortSignal): Promise<unknown> {
  return readAnswer(address, call, await exchange(address, call, signal));
}

/** The JSON of an answer that came, undefined for an empty one; throws as `request` does. */
export function readAnswer(address: Address, call: Call, { status, body }: Exchanged): unknown {
  if (status < 200 || status > 299) throw refusal(address, call, status, body);
  try {
    return body === '' ? undefined : JSON.parse(body);
  } catch (error) {
    throw new ActionError(
      'server-unreachable',
      `What answers at ${address.url} is not OpenCode's API: ${name(call)} gave no JSON.`,
      {
        hint: 'Check `server-url`, and that no proxy answers in its place.',
        cause: error,
      },
    );
  }
}

/**
 * The error for a status that is no success, by the number: words in the body decide nothing, but
 * for 400, where it may say that OpenCode's configuration is wrong.
 */
export function refusal(
  address: Address,
  call: Call,
  status: number,
  body: string = '',
): ActionError {
  const wrongConfig = status === 400 ? readConfigError(body) : undefined;
  if (wrongConfig !== undefined) return wrongConfig;
  if (status === 401 || status === 403) {
    return new ActionError(
      'server-unauthorized',
      `The server at ${address.url} refused our credentials with status ${status}.`,
      {
        hint:
          status === 401
            ? 'Check `server-token`, or `server-username` and `server-password`.'
            : 'Check `server-token`, or `server-username` and `server-password`, and that `server-directory` is one that the server lets be used (`--root` of `serve`).',
      },
    );
  }
  if (status >= 300 && status < 400) {
    return new ActionError(
      'server-unreachable',
      `The server at ${address.url} redirects (status ${status}); credentials are not sent on to another address.`,
      {
        hint: 'Give the address it redirects to as `server-url`.',
      },
    );
  }
  return new ActionError(
    'server-unreachable',
    `The OpenCode server answered ${name(call)} with status ${status}.`,
    {
      hint:
        status >= 500
          ? "Look at the server's log."
          : 'Is it OpenCode 1.18 or later in the 1 series?',
      retryable: status >= 500 || status === 429,
    },
  );
}

const addressHint =
  'See that the server is up, and where `server-url` is given that the address is right.';
const projectHint =
  'OpenCode loads the project first, and installs its plugins: see that they can be downloaded where it runs, and what its log says.';

/** The error where nothing answered; `signal.reason` itself where the signal fired. */
export function unreachable(
  address: Address,
  call: Call,
  thrown: unknown,
  signal: AbortSignal,
): unknown {
  if (signal.aborted) return signal.reason;
  const isTimeout = isRecord(thrown) && thrown['name'] === 'TimeoutError';
  const what = isTimeout ? `no answer within ${limitOf(call) / 1000} s` : reasonOf(thrown);
  return new ActionError(
    'server-unreachable',
    `The OpenCode server at ${address.url} could not be reached (${name(call)}): ${what}.`,
    {
      hint: isTimeout && call.loadsProject ? projectHint : addressHint,
      retryable: true,
      cause: thrown,
    },
  );
}

/** The whole address of a call, the directory included. */
export function urlOf(address: Address, call: Call): URL {
  const url = new URL(address.url + call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
  if (address.directory !== undefined) url.searchParams.set('directory', address.directory);
  return url;
}

/** What came back; `retryAfter` is the header of that name as it stands there. */
export interface Exchanged {
  status: number;
  body: string;
  retryAfter: string | null;
}

/** Sends one call and answers with whatever status and body came; throws what `send` throws. */
export async function exchange(
  address: Address,
  call: Call,
  signal: AbortSignal,
): Promise<Exchanged> {
  signal.throwIfAborted();
  const hasBody = call.body !== undefined;
  try {
    const response = await fetch(urlOf(address, call), {
      method: call.method,
      headers: { ...address.headers, ...(hasBody && { 'content-type': 'application/json' }) },
      ...(hasBody && { body: JSON.stringify(call.body) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(limitOf(call))]),
    });
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, body: await response.text(), retryAfter };
  } catch (error) {
    throw unreachable(address, call, error, signal);
  }
}

function limitOf({ loadsProject }: Call): number {
  return loadsProject ? projectMs : requestMs;
}

function name(call: Call): string {
  return `${call.method} ${call.path}`;
}

/** What `fetch` says lies in its cause, or in the first of several: `fetch failed` alone helps nobody. */
function reasonOf(thrown: unknown): string {
  if (!isRecord(thrown)) return messageOf(thrown);
  if (Array.isArray(thrown['errors'])) return reasonOf(thrown['errors'][0]);
  return thrown['cause'] === undefined ? messageOf(thrown) : reasonOf(thrown['cause']);
}
