import { readyMs, sessionsKnown } from './limits.ts';
import { isWithin } from './confine.ts';
import { type Upstream, get } from './upstream.ts';

/** Where a session works: `missing` where OpenCode does not know it, `unknown` where it did not say. */
export type Whereabouts = 'inside' | 'outside' | 'missing' | 'unknown';

/**
 * Tells whether a session works inside of the roots. A session of OpenCode's keeps to the directory
 * that it was created in, whatever directory a request names: a prompt to one from elsewhere would be
 * done there. Nothing that passes can move it, so that what was inside once is not asked about again.
 */
export function createWhereabouts(
  upstream: Upstream,
  roots: readonly string[],
): (session: string) => Promise<Whereabouts> {
  const inside = new Set<string>();
  return async (session) => {
    if (inside.has(session)) return 'inside';
    const found = await ask(upstream, roots, session);
    if (found === 'inside') inside.add(session);
    if (inside.size > sessionsKnown) inside.delete(inside.values().next().value ?? '');
    return found;
  };
}

async function ask(
  upstream: Upstream,
  roots: readonly string[],
  session: string,
): Promise<Whereabouts> {
  const place = upstream.place();
  if (place === undefined) return 'unknown';
  try {
    const path = `/session/${session}`;
    const { status, text } = await get(place, path, AbortSignal.timeout(readyMs * 5));
    if (status === 404) return 'missing';
    const info: unknown = status === 200 ? JSON.parse(text) : undefined;
    if (typeof info !== 'object' || info === null || !('directory' in info)) return 'unknown';
    if (typeof info.directory !== 'string') return 'unknown';
    return (await isWithin(roots, info.directory)) ? 'inside' : 'outside';
  } catch {
    return 'unknown';
  }
}
