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
});
