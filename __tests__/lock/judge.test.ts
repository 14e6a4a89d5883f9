import { describe, expect, test } from '@jest/globals';

import { type Evidence, judge } from '../../src/lock/judge.ts';
import type { LockRecord } from '../../src/lock/record.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const leaseMs = 300_000;
const self = {
  identity: { runId: '42', attempt: 2, invocationId: 'a' },
  repository: 'octo-org/hello-world',
};

type Changes = Partial<Omit<LockRecord, 'owner'>> & { owner?: Partial<LockRecord['owner']> };

/** What another run's lock says, renewed a minute ago. */
function textOf({ owner, ...rest }: Changes = {}): string {
  return JSON.stringify({
    format: 1,
    state: 'held',
    owner: { runId: '7', attempt: 1, invocationId: 'b', ...owner },
    repository: 'octo-org/hello-world',
    runUrl: 'https://github.com/octo-org/hello-world/actions/runs/7',
    since: ago(600_000),
    renewed: ago(60_000),
    leaseMs,
    ...rest,
  });
}

function ago(ms: number): string {
  return new Date(now - ms).toISOString();
}

function verdictOn(text: string, evidence: Partial<Evidence> = {}) {
  const stored = { text, version: 'v1' };
  return judge({ stored, self, run: undefined, now, at: 5000, earlier: undefined, ...evidence });
}

const dead = JSON.parse(textOf()) as LockRecord;

const expired = textOf({ renewed: ago(leaseMs + 1) });

describe('a lock', () => {
  test('is free where nothing stands under its key', () => {
    expect(verdictOn('', { stored: undefined })).toEqual({ type: 'free' });
  });

  test.each([
    ['released', textOf({ state: 'released' }), 'free'],
    ['released by ourselves', textOf({ state: 'released', owner: self.identity }), 'free'],
    ['of all three ids', textOf({ owner: self.identity }), 'ours'],
    ['ours, its lease over', textOf({ owner: self.identity, renewed: ago(1e9) }), 'ours'],
    ['another run’s', textOf(), 'ask'],
    ['another run’s, its lease over', expired, 'ask'],
    ['of another job of our run', textOf({ owner: { runId: '42', attempt: 2 } }), 'ask'],
    ['of a later attempt of our run', textOf({ owner: { runId: '42', attempt: 3 } }), 'ask'],
    [
      'of an earlier attempt, with our invocation id',
      textOf({ owner: { ...self.identity, attempt: 1 } }),
      'stale',
    ],
    ['of an earlier attempt of our run', textOf({ owner: { runId: '42', attempt: 1 } }), 'stale'],
    [
      'of a run with our number in another repository',
      textOf({ repository: 'octo-org/other', owner: { runId: '42', attempt: 1 } }),
      'ask',
    ],
  ])('that is %s', (_, text, type) => {
    expect(verdictOn(text).type).toBe(type);
  });

  test.each([
    ['empty', ''],
    ['no JSON', 'lock'],
    ['JSON of something else', '{"held":true}'],
    ['of a later format', textOf().replace('"format":1', '"format":2')],
    ['without an owner', textOf().replace('"owner"', '"author"')],
    ['cut off', textOf().slice(0, -10)],
    ['with a lease without an end', textOf({ leaseMs: Number.MAX_SAFE_INTEGER })],
    ['with an endless text', textOf({ runUrl: `https://x/${'x'.repeat(4_096)}` })],
    ['with endless white space', textOf() + ' '.repeat(1024 * 1024)],
    ['with a thousand dead runs', textOf({ recovering: Array<LockRecord>(1000).fill(dead) })],
    ['nested without an end', '['.repeat(500_000)],
  ])('whose text is %s counts as held', (_, text) => {
    expect(verdictOn(text, { run: 'completed' })).toEqual({ type: 'unreadable' });
  });
});

describe('a lock of another run', () => {
  test.each([
    ['completed', 'within its lease', textOf(), { type: 'stale', why: 'completed' }],
    ['completed', 'its lease over', expired, { type: 'stale', why: 'completed' }],
    ['going on', 'within its lease', textOf(), { type: 'alive' }],
    ['going on', 'its lease over', expired, { type: 'alive' }],
    ['unknown', 'within its lease', textOf(), { type: 'alive' }],
    ['unknown', 'at the last moment', textOf({ renewed: ago(leaseMs) }), { type: 'alive' }],
    ['unknown', 'renewed in the future', textOf({ renewed: ago(-3_600_000) }), { type: 'alive' }],
    ['unknown', 'its lease over', expired, { type: 'doubtful', lookAt: 105_000 }],
    ['unknown', 'a shorter lease over', textOf({ leaseMs: 30_000 }), { lookAt: 15_000 }],
  ] as const)('that is %s for GitHub, %s', (run, _, text, verdict) => {
    expect(verdictOn(text, { run })).toMatchObject(verdict);
  });

  test.each([
    ['the same version a third of a lease later', { version: 'v1', at: 5000 - 100_000 }, 'stale'],
    ['the same version sooner', { version: 'v1', at: 5000 - 99_999 }, 'doubtful'],
    ['another version', { version: 'v0', at: 5000 - 100_000 }, 'doubtful'],
  ])('is looked at twice where nobody can tell: %s', (_, earlier, type) => {
    expect(verdictOn(expired, { run: 'unknown', earlier }).type).toBe(type);
  });

  test('that was renewed in between is alive, whatever was seen before', () => {
    const earlier = { version: 'v1', at: -1e9 };
    expect(verdictOn(textOf(), { run: 'unknown', earlier }).type).toBe('alive');
  });
});
