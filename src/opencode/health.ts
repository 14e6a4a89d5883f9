import { ActionError } from '../errors.ts';
import { type Address, request } from './client.ts';
import { retry } from './retry.ts';
import { isRecord } from './shapes.ts';

/**
 * The version of the server at an address, asked for again where that may help. Throws what `request` throws, and `server-unreachable`
 * where something else than OpenCode answers.
 */
export async function fetchVersion(address: Address, signal: AbortSignal): Promise<string> {
  const call = { method: 'GET', path: '/global/health' } as const;
  const health = await retry(
    () => request({ ...address, directory: undefined }, call, signal),
    signal,
  );
  if (isRecord(health) && typeof health['version'] === 'string') return health['version'];
  throw new ActionError(
    'server-unreachable',
    `What answers at ${address.url} is not OpenCode: it does not know ${call.path}.`,
    {
      hint: 'Check `server-url`: it must lead to `opencode serve`.',
    },
  );
}
