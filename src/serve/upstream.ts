import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Where OpenCode is, and what it lets us in by. */
export interface Place {
  url: URL;
  /** Ready to send; undefined: it is open. Secret. */
  authorization: string | undefined;
}

/** The OpenCode behind the front. */
export interface Upstream {
  /** Undefined while there is none. */
  place(): Place | undefined;
}

/** Asks OpenCode for JSON; throws where it does not answer with 200 in time. */
export async function ask(place: Place, path: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await get(place, path, signal);
  if (status !== 200) throw new Error(`OpenCode answered ${status}`);
  return JSON.parse(text);
}

/** Asks OpenCode, and reads its whole answer. Rejects where none comes before `signal` fires. */
export async function get(
  place: Place,
  path: string,
  signal: AbortSignal,
  method = 'GET',
): Promise<{ status: number; text: string }> {
  const answer = await openStream(place, path, signal, method);
  let text = '';
  answer.setEncoding('utf8');
  for await (const piece of answer) text += String(piece);
  return { status: answer.statusCode ?? 0, text };
}

/** Asks OpenCode, and gives its answer as soon as it begins; `signal` ends it at any time. */
export function openStream(
  place: Place,
  path: string,
  signal: AbortSignal,
  method = 'GET',
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const { protocol, origin } = place.url;
    const { authorization } = place;
    const request = protocol === 'https:' ? requestHttps : requestHttp;
    const headers = { ...(authorization !== undefined && { authorization }) };
    const outgoing = request(`${origin}${path}`, { method, headers, agent: false });
    const stop = (): void => void outgoing.destroy(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    outgoing.on('close', () => signal.removeEventListener('abort', stop));
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
    outgoing.end();
  });
}
