import type { CachePlace } from '../cache/service.ts';
import type { Env } from './fields.ts';

/** Why there is no cache for a job, as half a sentence. */
export interface NoCache {
  missing: string;
}

/**
 * The cache service that the runner gives to a job: the second version, which GitHub Enterprise Server
 * and act have not. What a job may do there is GitHub's to say, as a word of the runner's or when it
 * is asked. https://github.com/actions/toolkit/blob/main/packages/cache/src/internal/config.ts
 */
export function readCache(env: Env): CachePlace | NoCache {
  const url = URL.parse(env['ACTIONS_RESULTS_URL'] ?? '');
  const token = env['ACTIONS_RUNTIME_TOKEN'] ?? '';
  if (url === null || token === '' || !env['ACTIONS_CACHE_SERVICE_V2'])
    return { missing: 'this runner has no cache for its jobs' };
  const mode = env['ACTIONS_CACHE_MODE']?.trim().toLowerCase() ?? '';
  return {
    url: url.href,
    token,
    mayRead: !['none', 'write-only'].includes(mode),
    mayWrite: !['none', 'read'].includes(mode),
  };
}
