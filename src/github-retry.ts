import { setTimeout } from 'node:timers/promises';
import type { GitHub as Octokit } from '@actions/github/lib/utils';
import { githubAttempts, githubPauseMs, requestMs, retryAfterMaxMs } from './limits.ts';

type Client = InstanceType<typeof Octokit>;
type Fetch = typeof globalThis.fetch;

/** A response's headers, names in lower case. */
type Headers = Readonly<Record<string, string | undefined>>;

/** What is known of a failed request; `status` is undefined where no whole answer came. */
export interface FailedRequest {
  method: string;
  /** The address, without its query. */
  url: string;
  status: number | undefined;
  headers: Headers;
  isRateLimited: boolean;
}

/**
 * Gives each try of a request its own `requestMs`, and tries what is safe to repeat up to
 * `githubAttempts` times. Octokit's retry plugin sleeps on through an abort, knows no secondary
 * limit and repeats POSTs, so it is not used.
 */
export function addRetries(client: Client): void {
  client.hook.wrap('request', async (request, options) => {
    const asked = options.request ?? {};
    const signal = asked.signal as AbortSignal | undefined;
    const fetch = wholeBody((asked.fetch as Fetch | undefined) ?? globalThis.fetch);
    const attempts = isRepeatable(options) ? githubAttempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      // In place, because Octokit's own hook for the token drops what a copy would change.
      options.request = { ...asked, fetch, log: silent, signal: withDeadline(signal) };
      try {
        return await request(options);
      } catch (thrown) {
        signal?.throwIfAborted();
        const pauseMs = retryPauseMs(thrown, attempt);
        if (attempt >= attempts || pauseMs === undefined) throw thrown;
        await pause(pauseMs, signal);
      }
    }
  });
}

/** Reads what Octokit throws; undefined for whatever else was thrown. */
export function readFailedRequest(thrown: unknown): FailedRequest | undefined {
  if (!(thrown instanceof Error) || !('request' in thrown) || !('status' in thrown))
    return undefined;
  const { method, url } = thrown.request as { method: string; url: string };
  const response = 'response' in thrown ? (thrown.response as Response | undefined) : undefined;
  const headers = response?.headers ?? {};
  return {
    method,
    url: url.replace(/\?.*$/, ''),
    status: response?.status,
    headers,
    isRateLimited: isRateLimited(response?.status, headers, thrown.message),
  };
}

interface Response {
  status: number;
  headers: Headers;
}

/**
 * How long to wait before the same request may be sent again; undefined where it should not be.
 * `retry-after` and `x-ratelimit-reset` are kept, and a limit that gives neither asks for a minute.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export function retryPauseMs(thrown: unknown, attempt: number): number | undefined {
  const failed = readFailedRequest(thrown);
  if (failed === undefined) return undefined;
  const { status, headers, isRateLimited: isLimited } = failed;
  if (status !== undefined && status < 500 && !isLimited) return undefined;
  const asked = askedPauseMs(headers) ?? (isLimited ? retryAfterMaxMs : undefined);
  if (asked === undefined) return githubPauseMs * 2 ** (attempt - 1);
  return asked <= retryAfterMaxMs ? asked : undefined;
}

function askedPauseMs(headers: Headers): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  const resetAtSeconds = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (!Number.isFinite(resetAtSeconds)) return undefined;
  return Math.max(0, resetAtSeconds * 1000 - Date.now());
}

function isRateLimited(status: number | undefined, headers: Headers, message: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /secondary rate limit/i.test(message)
  );
}

function isRepeatable(options: { method: string; url: string; query?: unknown }): boolean {
  return options.method !== 'POST' || isGraphQLQuery(options) || makesObject(options);
}

/** Nothing points at an object of git's that was made twice: it is as if it were not there. */
function makesObject({ url }: { url: string }): boolean {
  return /^\/repos\/\{owner\}\/\{repo\}\/git\/(blobs|trees|commits)$/.test(url);
}

/** Whether a call asks GraphQL and changes nothing. */
export function isGraphQLQuery({ url, query }: { url: string; query?: unknown }): boolean {
  return url.endsWith('/graphql') && typeof query === 'string' && !/^\s*mutation\b/.test(query);
}

function withDeadline(signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(requestMs);
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}

/** Octokit takes a body that broke off for an empty one; read here, it fails the request instead. */
function wholeBody(fetch: Fetch) {
  return async (...request: Parameters<Fetch>) => {
    const response = await fetch(...request);
    const bytes = await response.arrayBuffer();
    return {
      status: response.status,
      statusText: response.statusText,
      url: response.url,
      headers: response.headers,
      text: async () => new TextDecoder().decode(bytes),
      arrayBuffer: async () => bytes,
    };
  };
}

/** Waits; throws the reason of a signal that fires meanwhile. */
export async function pause(pauseMs: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(pauseMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
}

/** Octokit writes notices of deprecation to the console, where the runner would read them. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}
