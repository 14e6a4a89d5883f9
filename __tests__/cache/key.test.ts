import { describe, expect, test } from '@jest/globals';

import { keyOf, levelPrefixOf, prefixOf } from '../../src/cache/key.ts';

const thread = { kind: 'issue', number: 7 } as const;
const name = { thread, level: 'write', version: '1.18.33', runId: '9000000001', seal: 'a seal' };

describe('the key of an entry', () => {
  test('says whose it is, and ends with a name of its seal', () => {
    expect(keyOf(name)).toMatch(
      /^mention-loop-session-1-issue-7-write\.1_18_33\.9000000001\.[\da-f]{16}$/,
    );
  });

  test.each([
    ['thread', { thread: { kind: 'issue', number: 71 } as const }],
    ['kind', { thread: { kind: 'pull', number: 7 } as const }],
    ['level', { level: 'write-fork-1' }],
    ['version', { version: '1.18.32' }],
    ['run', { runId: '9000000002' }],
    ['seal', { seal: 'another' }],
  ])('is another for another %s', (_, change) => {
    expect(keyOf({ ...name, ...change })).not.toBe(keyOf(name));
  });

  test('is found by the prefix of its own thread and level alone', () => {
    const prefix = levelPrefixOf(thread, 'write');
    expect(keyOf(name).startsWith(prefix)).toBe(true);
    expect(keyOf({ ...name, level: 'write-fork-1' }).startsWith(prefix)).toBe(false);
    expect(keyOf({ ...name, thread: { ...thread, number: 71 } }).startsWith(prefixOf(thread))).toBe(
      false,
    );
  });

  test('is one that GitHub takes, whatever a server calls its version', () => {
    const key = keyOf({ ...name, version: `1,2\n/${'3'.repeat(1_000)}` });
    expect(key).toMatch(/^[\w.-]{1,512}$/);
  });
});
