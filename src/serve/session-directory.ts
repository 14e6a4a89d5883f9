import { readyMs, sessionsKnown } from './limits.ts';
import { isWithin } from './confine.ts';
import { type Upstream, get } from './upstream.ts';

/** Where a session works: `missing` where OpenCode does not know it, `unknown` where it did not say. */
export type Whereabouts = 'inside' | 'outside' | 'missing' | 'unknown';

/**
 * Tells whether a session works inside of some roots. A session of OpenCode's keeps to the directory
 * that it was created in, whatever directory a request names: a prompt to one from elsewhere would be
 * done there. Nothing that passes can move it, so that where it is is asked once.
 */
export function createWhereabouts(
  upstream: Upstream,
): (session: string, roots: readonly string[]) => Promise<Whereabouts> {
  const known = new Map<string, string>();
  return async (session, roots) => {
    const directory = known.get(session) ?? (await ask(upstream, session));
    if (directory === undefined) return 'unknown';
    if (directory === '') return 'missing';
    if (!(await isWithin(roots, directory))) return 'outside';
    known.set(session, directory);
    if (known.size > sessionsKnown) known.delete(known.keys().next().value ?? '');
    return 'inside';
  };
}

/** Its directory; empty where OpenCode does not know the session, undefined where it did not say. */
async function ask(upstream: Upstream, session: string): Promise<string | undefined> {
  const place = upstream.place();
  if (place === undefined) return undefined;
  try {
    const path = `/session/${session}`;
    const { status, text } = await get(place, path, AbortSignal.timeout(readyMs * 5));
    if (status === 404) return '';
    const info: unknown = status === 200 ? JSON.parse(text) : undefined;
    if (typeof info !== 'object' || info === null || !('directory' in info)) return undefined;
    return typeof info.directory === 'string' ? info.directory : undefined;
  } catch {
    return undefined;
  }
}
