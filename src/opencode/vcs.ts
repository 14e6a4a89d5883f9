import { type Address, type Call, exchange, refusal } from './client.ts';
import { retry } from './retry.ts';

/**
 * What differs in the server's directory from the commit that is checked out there, new files too, as
 * a patch without what is in binary files; empty where it is no repository. Throws what `request` throws.
 */
export async function readWorkingDiff(address: Address, signal: AbortSignal): Promise<string> {
  const call: Call = { method: 'GET', path: '/vcs/diff/raw' };
  return await retry(async () => {
    const { status, body } = await exchange(address, call, signal);
    if (status !== 200) throw refusal(address, call, status, body);
    return body;
  }, signal);
}
