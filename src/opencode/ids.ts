import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
let lastMs = 0;
let counter = 0;

/**
 * A message id as OpenCode makes its own, and as its records are sorted: `msg_`, six bytes of the
 * time in ms times 4096 plus a counter, in hex, then 14 random characters of base 62. Ids made in
 * one process ascend.
 * https://github.com/sst/opencode/blob/dev/packages/opencode/src/id/id.ts
 */
export function createMessageId(nowMs: number = Date.now()): string {
  counter = nowMs === lastMs ? counter + 1 : 1;
  lastMs = nowMs;
  const stamp = BigInt.asUintN(48, BigInt(nowMs) * 4096n + BigInt(counter));
  const random = Array.from(randomBytes(14), (byte) => alphabet[byte % alphabet.length]).join('');
  return `msg_${stamp.toString(16).padStart(12, '0')}${random}`;
}
