import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
let lastMs = 0;
let counter = 0;

/** Clocks differ by less than a day; times start over every 795 days, and such an id is no clock's. */
const mostAhead = 86_400_000n * 4096n;

/**
 * A message id as OpenCode makes its own, and as its records are sorted: `msg_`, six bytes of the
 * time in ms times 4096 plus a counter, in hex, then 14 random characters of base 62. Ids made in
 * one process ascend. It comes behind `after`, whose clock may be ahead of ours: OpenCode takes a prompt
 * that sorts before an answer for answered.
 * https://github.com/sst/opencode/blob/dev/packages/opencode/src/id/id.ts
 */
export function createMessageId(nowMs: number = Date.now(), after: string = ''): string {
  counter = nowMs === lastMs ? counter + 1 : 1;
  lastMs = nowMs;
  const own = BigInt.asUintN(48, BigInt(nowMs) * 4096n + BigInt(counter));
  const ahead = stampOf(after) - own;
  const stamp = ahead >= 0n && ahead < mostAhead ? own + ahead + 1n : own;
  const random = Array.from(randomBytes(14), (byte) => alphabet[byte % alphabet.length]).join('');
  return `msg_${stamp.toString(16).padStart(12, '0')}${random}`;
}

function stampOf(id: string): bigint {
  const [, hex] = /^msg_([0-9a-f]{12})/.exec(id) ?? [];
  return hex === undefined ? -1n : BigInt(`0x${hex}`);
}
