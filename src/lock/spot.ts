import type { LockRecord } from './record.ts';

/**
 * Where an agent works, for comparing: a server's origin and a directory there. Two paths of one
 * address may be one server: that is the same spot too often rather than too seldom. Undefined for
 * what is no address.
 */
export function spotOf({ url, directory }: NonNullable<LockRecord['server']>): string | undefined {
  const origin = URL.parse(url)?.origin;
  return origin && `${origin}\n${directory.replace(/(?<=.)[\\/]+$/, '')}`;
}
