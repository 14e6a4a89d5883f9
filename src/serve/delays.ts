import { isIPv6 } from 'node:net';

import { forgiveMs, refusalMaxMs, refusalMs, refusedAddresses } from './limits.ts';

/** How long refusals are held back, by address. */
export interface Delays {
  /** Notes one more refusal, and says for how many milliseconds it is to be held back. */
  refuse(address: string): number;
  /** Addresses that are remembered. */
  readonly size: number;
}

/**
 * Starts to count. `now` is a monotonic clock in milliseconds. The memory is bounded: the address
 * that was refused longest ago is forgotten first.
 */
export function createDelays(now: () => number = () => performance.now()): Delays {
  const known = new Map<string, { level: number; at: number }>();
  return {
    refuse: (address) => {
      const key = keyOf(address);
      const before = known.get(key);
      const at = now();
      const left = before === undefined ? 0 : before.level - (at - before.at) / forgiveMs;
      const level = Math.min(Math.max(0, left) + 1, 32);
      known.delete(key);
      known.set(key, { level, at });
      if (known.size > refusedAddresses) known.delete(known.keys().next().value ?? '');
      return Math.min(refusalMaxMs, refusalMs * 2 ** (level - 1));
    },
    get size() {
      return known.size;
    },
  };
}

/** An IPv6 host has a whole /64 for itself (RFC 4291, section 2.5.4). */
function keyOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = plain.includes('::') ? Math.max(0, 8 - front.length - back.length) : 0;
  return [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':');
}
