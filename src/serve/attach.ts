import { setTimeout as pause } from 'node:timers/promises';

import { messageOf } from '../errors.ts';
import { unusable } from './flags.ts';
import { readyForMs, readyMs, statusMs, upstreamStartMs, watchPauseMs } from './limits.ts';
import { type Place, type Upstream, ask, get } from './upstream.ts';

/**
 * Waits until a server answers, takes our login, and is OpenCode. Throws `invalid-input` where that
 * does not come to pass within `upstreamStartMs`; a refused login at once.
 */
export async function proveUpstream(place: Place, signal: AbortSignal): Promise<void> {
  const where = `is "${place.url.origin}"`;
  const giveUpAt = performance.now() + upstreamStartMs;
  for (;;) {
    const problem = await probe(place, signal);
    if (problem === undefined) return;
    if (problem === 'refused')
      throw unusable(
        'upstream-password-file',
        'does not open --upstream, which answers 401',
        'the password (and --upstream-username) that OpenCode was started with',
      );
    if (performance.now() > giveUpAt)
      throw unusable('upstream', `${where}, and ${problem}`, 'the address of `opencode serve`');
    await pause(watchPauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function probe(place: Place, signal: AbortSignal): Promise<string | undefined> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(readyMs)]);
    const { status, text } = await get(place, '/global/health', limit);
    if (status === 401) return 'refused';
    return status === 200 && isHealth(text) ? undefined : 'what answers there is not OpenCode';
  } catch (error) {
    signal.throwIfAborted();
    return `nobody answers there (${messageOf(error)})`;
  }
}

function isHealth(text: string): boolean {
  try {
    const health: unknown = JSON.parse(text);
    return typeof health === 'object' && health !== null && 'version' in health;
  } catch {
    return false;
  }
}

/** The working directory of an OpenCode that runs already; undefined where it does not say. */
export async function askDirectory(place: Place, signal: AbortSignal): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(statusMs)]);
  const paths = await ask(place, '/path', limit).catch(() => undefined);
  if (typeof paths !== 'object' || paths === null || !('directory' in paths)) return undefined;
  return typeof paths.directory === 'string' ? paths.directory : undefined;
}

/** Tells whether OpenCode answers, asking it at most once in `readyForMs`: anybody may ask us. */
export function createReadiness(upstream: Upstream): () => Promise<boolean> {
  let last: { at: number; isReady: Promise<boolean> } | undefined;
  return () => {
    const now = performance.now();
    if (last !== undefined && now - last.at < readyForMs) return last.isReady;
    const place = upstream.place();
    const isReady =
      place === undefined
        ? Promise.resolve(false)
        : probe(place, AbortSignal.timeout(readyMs)).then(
            (problem) => problem === undefined,
            () => false,
          );
    last = { at: now, isReady };
    return isReady;
  };
}
