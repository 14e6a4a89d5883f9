import { describe, expect, test } from '@jest/globals';

import { busyWithinMs } from '../../src/serve/limits.ts';
import { createSlots } from '../../src/serve/slots.ts';

const none = new Set<string>();

/** One slot, on a clock that only the test moves. */
function open(max = 1) {
  const clock = { now: 0 };
  const slots = createSlots(max, () => clock.now);
  const prompt = (session: string): boolean => {
    const isIn = slots.admit(session, '/work');
    if (isIn) slots.settle(session, 'taken');
    clock.now += 1;
    return isIn;
  };
  const check = (...busy: string[]): void => slots.check('/work', new Set(busy), clock.now);
  return { clock, slots, prompt, check };
}

describe('a slot is taken', () => {
  test('by a prompt, and the next session gets none', () => {
    const { prompt, slots } = open();
    expect([prompt('ses_a'), prompt('ses_b'), slots.size]).toEqual([true, false, 1]);
  });

  test('once for all prompts of a session', () => {
    const { prompt, slots } = open();
    expect([prompt('ses_a'), prompt('ses_a'), slots.size]).toEqual([true, true, 1]);
  });

  test('by a session that is at work without our having prompted it', () => {
    const { prompt, slots } = open();
    slots.busy('ses_other', '/work');
    expect(prompt('ses_a')).toBe(false);
  });

  test('while a prompt is on its way', () => {
    const { slots } = open();
    slots.admit('ses_a', '/work');
    expect(slots.admit('ses_b', '/work')).toBe(false);
  });
});

describe('a slot is given back', () => {
  test('where the session says that it is idle', () => {
    const { prompt, slots } = open();
    prompt('ses_a');
    slots.busy('ses_a', '/work');
    slots.idle('ses_a');
    slots.idle('ses_a');
    expect(slots.size).toBe(0);
  });

  test.each(['refused', 'over'] as const)('where the prompt was %s', (end) => {
    const { slots } = open();
    slots.admit('ses_a', '/work');
    slots.settle('ses_a', end);
    expect(slots.size).toBe(0);
  });

  test('where nobody knows what became of the prompt, and the list does not name it', () => {
    const { slots, clock, check } = open();
    slots.admit('ses_a', '/work');
    slots.settle('ses_a', 'unknown');
    check();
    expect(slots.size).toBe(1);
    clock.now += busyWithinMs + 1;
    check();
    expect(slots.size).toBe(0);
  });

  test('where the session failed before it was at work', () => {
    const { prompt, slots, check } = open();
    prompt('ses_a');
    slots.idle('ses_a');
    expect(slots.size).toBe(1);
    check();
    expect(slots.size).toBe(0);
  });

  test('where no event told of the end, and the list does', () => {
    const { prompt, slots, check } = open();
    prompt('ses_a');
    check('ses_a');
    expect(slots.size).toBe(1);
    check();
    expect(slots.size).toBe(0);
  });

  test('where the session was deleted', () => {
    const { prompt, slots } = open();
    prompt('ses_a');
    slots.remove('ses_a');
    expect(slots.size).toBe(0);
  });

  test('where OpenCode ended, with all others', () => {
    const { prompt, slots } = open(2);
    prompt('ses_a');
    prompt('ses_b');
    slots.clear();
    expect(slots.size).toBe(0);
  });
});

describe('a slot is kept', () => {
  test('while another prompt of its session is on its way, whatever is said of it', () => {
    const { slots, clock, check } = open();
    slots.admit('ses_a', '/work');
    slots.admit('ses_a', '/work');
    slots.settle('ses_a', 'refused');
    expect(slots.size).toBe(1);
    slots.busy('ses_a', '/work');
    slots.idle('ses_a');
    expect(slots.size).toBe(1);
    clock.now += busyWithinMs + 1;
    check();
    expect(slots.size).toBe(1);
  });

  test('where the list is from before the prompt was taken, though not from before it came', () => {
    const { slots, clock } = open();
    slots.admit('ses_a', '/work');
    slots.busy('ses_a', '/work');
    clock.now = 10;
    slots.settle('ses_a', 'taken');
    slots.check('/work', none, 5);
    expect(slots.size).toBe(1);
  });

  test('where the idle of the turn before comes late', () => {
    const { prompt, slots, check } = open();
    prompt('ses_a');
    slots.idle('ses_a');
    slots.busy('ses_a', '/work');
    check('ses_a');
    expect(slots.size).toBe(1);
  });

  test('where the list is older than the prompt', () => {
    const { prompt, slots } = open();
    slots.busy('ses_a', '/work');
    prompt('ses_a');
    slots.check('/work', none, -1);
    expect(slots.size).toBe(1);
  });

  test('where the list is another directory’s', () => {
    const { prompt, slots, clock } = open();
    prompt('ses_a');
    slots.busy('ses_a', '/work');
    slots.check('/other', none, clock.now);
    expect(slots.size).toBe(1);
  });

  test('where the session works in another directory than its prompt named', () => {
    const { prompt, slots, clock, check } = open();
    prompt('ses_a');
    slots.busy('ses_a', '/created');
    check();
    expect(slots.size).toBe(1);
    expect(slots.directories()).toEqual(['/created']);
    slots.check('/created', none, clock.now);
    expect(slots.size).toBe(0);
  });

  test('where a second prompt is refused while the first is at work', () => {
    const { prompt, slots } = open();
    prompt('ses_a');
    slots.busy('ses_a', '/work');
    slots.admit('ses_a', '/work');
    slots.settle('ses_a', 'refused');
    expect(slots.size).toBe(1);
  });
});

test('slots are never fewer than none, whatever is settled twice', () => {
  const { slots, prompt } = open();
  slots.settle('ses_a', 'over');
  slots.remove('ses_a');
  slots.admit('ses_a', '/work');
  slots.settle('ses_a', 'over');
  slots.settle('ses_a', 'over');
  expect(slots.size).toBe(0);
  expect([prompt('ses_a'), prompt('ses_b')]).toEqual([true, false]);
});
