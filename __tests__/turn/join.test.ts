import { expect, test } from '@jest/globals';

import { createTranscript, toTurn } from '../../src/turn/assemble.ts';
import { joinTurns } from '../../src/turn/join.ts';
import type { Turn } from '../../src/turn/turn.ts';

const turn = (more: Partial<Turn>): Turn => ({ ...toTurn(createTranscript('ses_1')), ...more });
const usage = { inputTokens: 10, outputTokens: 2, costUsd: 0.5 };

test('two turns of a session are one, with all that was written, used and paid', () => {
  const tools = new Map([['bash', 2]]);
  const before = turn({ texts: ['One.'], answer: 'One.', usage, tools, structured: { a: 1 } });
  const later = new Map([...tools, ['read', 1] as const]);
  const joined = joinTurns(before, turn({ texts: ['Two.'], answer: 'Two.', usage, tools: later }));
  expect(joined).toMatchObject({ texts: ['One.', 'Two.'], answer: 'Two.' });
  expect(joined.usage).toEqual({ inputTokens: 20, outputTokens: 4, costUsd: 1 });
  expect([...joined.tools]).toEqual([
    ['bash', 4],
    ['read', 1],
  ]);
  // What the first gave is its own.
  expect(joined.structured).toBeUndefined();
});

test('a later turn without words leaves the answer of the first', () => {
  expect(joinTurns(turn({ answer: 'One.' }), turn({})).answer).toBe('One.');
  const alone = turn({ answer: 'One.' });
  expect(joinTurns(undefined, alone)).toBe(alone);
});
