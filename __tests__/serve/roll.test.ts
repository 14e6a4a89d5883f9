import { expect, test } from '@jest/globals';

import { Roll, nowhere } from '../../src/serve/roll.ts';

test('holds what came and has not gone, whatever the order', () => {
  const roll = new Roll<{ name: number; place: number }>();
  const entries = Array.from({ length: 50 }, (_each, name) => ({ name, place: nowhere }));
  const held = new Set<number>();
  let seed = 20_261_126;
  for (let step = 0; step < 2_000; step += 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    const entry = entries[seed % entries.length];
    if (entry === undefined) throw new Error('There is no such entry.');
    // Twice as often as not, what is there already, or is not there at all: that changes nothing.
    if (seed % 3 === 0) {
      roll.delete(entry);
      held.delete(entry.name);
    } else {
      roll.add(entry);
      held.add(entry.name);
    }
    expect(roll.size).toBe(held.size);
  }
  const names = [...roll].map(({ name }) => name).toSorted((left, right) => left - right);
  expect(names).toEqual([...held].toSorted((left, right) => left - right));
  for (const entry of roll) roll.delete(entry);
  expect(roll.size).toBe(0);
  expect(entries.every(({ place }) => place === nowhere)).toBe(true);
});
