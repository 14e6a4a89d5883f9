import { describe, expect, test } from '@jest/globals';

import { createMessageId } from '../../src/opencode/ids.ts';

describe('message ids', () => {
  test('look like those that OpenCode makes', () => {
    expect(createMessageId()).toMatch(/^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
  });

  test('hold the time as OpenCode writes it', () => {
    expect(createMessageId(1_795_442_593_328).slice(0, 16)).toBe('msg_208b7ce30001');
  });

  test('ascend, also within a millisecond', () => {
    const made = Array.from({ length: 50 }, () => createMessageId(5)).map((id) => id.slice(0, 16));
    expect(made).toEqual([...made].sort());
    expect(new Set(made).size).toBe(50);
  });

  test('come behind an id that a clock ahead of ours has made, and behind none that is days ahead', () => {
    const ahead = createMessageId(1_795_442_593_328 + 600_000);
    const next = createMessageId(1_795_442_593_328, ahead);
    expect(next > ahead).toBe(true);
    expect(next.slice(0, 11)).toBe(ahead.slice(0, 11));
    const days = createMessageId(1_795_442_593_328 + 3 * 86_400_000);
    expect(createMessageId(1_795_442_593_328, days) < days).toBe(true);
    expect(createMessageId(1_795_442_593_328, 'nonsense').slice(0, 12)).toBe('msg_208b7ce3');
  });
});
