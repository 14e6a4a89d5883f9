import { HttpClient } from '@actions/http-client';
import { fetch, type Response } from 'undici';
import { attachmentBytes, attachmentRedirects } from '../limits/attachments.ts';
import { readHeld } from './address.ts';
import type { GitHubServer } from './attachment.ts';
import { isHostOf, mayHaveToken } from './hosts.ts';

/** Whose files are fetched, and how. */
export interface Fetching {
  server: GitHubServer;
  /** Secret; undefined: nothing is asked with it. */
  token: string | undefined;
  /** Origins that count as GitHub's besides; for tests, never from outside. */
  further: readonly string[];
}

/** What came of it: the bytes, or why there are none. */
export type Downloaded =
  | { content: Uint8Array }
  /** `missing`: GitHub does not give it to us, which it says by 404, or by asking to sign in. */
  | { failed: 'missing' | 'too-large' | 'elsewhere' | 'unavailable' };

/** It keeps the connections to a proxy. */
const network = new HttpClient();

/**
 * Fetches one file. Redirects are followed by hand, to GitHub's own hosts only (`isHostOf`), and the
 * token goes to the server itself alone, and there to attachments. Reading stops as soon as there is more than
 * `attachmentBytes`, whatever the length was said to be; what is compressed in transit is not read.
 * Throws only the signal's reason.
 */
export async function download(
  address: string,
  fetching: Fetching,
  signal: AbortSignal,
): Promise<Downloaded> {
  let url = new URL(address);
  try {
    for (let hop = 0; hop <= attachmentRedirects; hop += 1) {
      if (!isHostOf(url, fetching.server, fetching.further)) return { failed: 'elsewhere' };
      const response = await ask(url, fetching, signal);
      const next = nextOf(response, url);
      if (next === undefined) return await read(response);
      await response.body?.cancel();
      if (/^\/(?:login|session|sessions|sso)\b/.test(next.pathname)) return { failed: 'missing' };
      url = next;
    }
    return { failed: 'elsewhere' };
  } catch {
    signal.throwIfAborted();
    return { failed: 'unavailable' };
  }
}

async function ask(url: URL, { server, token }: Fetching, signal: AbortSignal): Promise<Response> {
  const isAttachment = readHeld(url.href, server) !== undefined;
  const isTold = token !== undefined && isAttachment && mayHaveToken(url, server);
  // Node's own `fetch` knows no proxy; this finds it as GitHub's client does (`HTTPS_PROXY`, `NO_PROXY`).
  const dispatcher = network.getAgentDispatcher(url.href);
  return await fetch(url.href, {
    headers: {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'mention-loop',
      ...(isTold && { authorization: `token ${token}` }),
    },
    redirect: 'manual',
    signal,
    ...(dispatcher && { dispatcher }),
  });
}

function nextOf({ status, headers }: Response, url: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  return URL.parse(headers.get('location') ?? '', url.href) ?? undefined;
}

async function read(response: Response): Promise<Downloaded> {
  const { status, headers, body } = response;
  if ([401, 403, 404, 410].includes(status)) return await drop(response, 'missing');
  if (status !== 200 || body === null) return await drop(response, 'unavailable');
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') return await drop(response, 'unavailable');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > attachmentBytes) return { failed: 'too-large' };
    chunks.push(chunk);
  }
  return { content: Buffer.concat(chunks) };
}

async function drop({ body }: Response, failed: 'missing' | 'unavailable'): Promise<Downloaded> {
  await body?.cancel();
  return { failed };
}
