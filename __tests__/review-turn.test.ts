import { describe, expect, test } from '@jest/globals';

import { ActionError } from '../src/errors.ts';
import type { Prompt } from '../src/prompt/prompt.ts';
import { followReview } from '../src/review-turn.ts';
import { createTranscript, toTurn } from '../src/turn/assemble.ts';
import { joinTurns } from '../src/turn/join.ts';
import type { EndedTurn } from '../src/turn/turn.ts';

const boundary = 'a-boundary-of-a-test';
const prompt: Prompt = { system: 'The setting.', text: 'Review it.' };
const good = {
  verdict: 'PASS',
  verified: '',
  findings: [],
  risk: { level: 'LOW', reason: '' },
  former: [],
};
/** Usable, and yet something is wrong with it. */
const odd = { ...good, verdict: 'REJECT' };

const turn = (more: Partial<EndedTurn>): EndedTurn => {
  const { answer = '' } = more;
  const texts = answer === '' ? [] : [answer];
  return { ...toTurn(createTranscript('ses_1')), texts, error: undefined, ...more };
};

async function review(...turns: EndedTurn[]) {
  const prompts: Prompt[] = [];
  const result = await followReview(
    (asked, before) => {
      const after = turns[prompts.push(asked) - 1];
      if (after === undefined) throw new Error('Asked once too often.');
      return Promise.resolve(joinTurns(before, after));
    },
    { prompt, boundary, note: '' },
  );
  return { ...result, prompts };
}

describe('a review', () => {
  test('that is one is asked for once, with its schema', async () => {
    const { review: read, prompts } = await review(turn({ structured: good }));
    expect(read?.verdict).toBe('PASS');
    expect(prompts).toMatchObject([{ ...prompt, schema: { type: 'object' } }]);
  });

  test('is asked for once more, and no more, with what is wrong and what was given', async () => {
    const { review: read, prompts } = await review(
      turn({ structured: { verdict: 'FINE' } }),
      turn({ structured: good }),
    );
    expect(read?.verdict).toBe('PASS');
    expect(prompts[1]).toMatchObject({ system: 'The setting.', schema: { type: 'object' } });
    expect(prompts[1]?.text).toContain('"FINE"');
  });

  test('that could be used is used where the second is none', async () => {
    const { review: read } = await review(turn({ structured: odd }), turn({ answer: 'No.' }));
    expect(read?.verdict).toBe('REJECT');
  });

  test('that is none twice is all that was written, the object in a fence that it cannot end', async () => {
    const first = turn({ answer: 'One.', structured: { opinion: '```' } });
    const { review: read, turn: ended } = await review(first, turn({ answer: 'Two.' }));
    expect(read).toBeUndefined();
    const fence = '````json\n{\n  "opinion": "```"\n}\n````';
    expect(ended.answer).toBe(`One.\n\nTwo.\n\n${fence}`);
    expect(ended.error).toBeUndefined();
  });

  test('that ends early once it was given has not lost it', async () => {
    const error = new ActionError('cancelled', 'Cancelled.');
    const { review: read, turn: ended } = await review(turn({ structured: good, error }));
    expect(read).toBeUndefined();
    expect(ended.texts.join(' ')).toContain('"verdict": "PASS"');
  });

  test('that ends early the second time has lost nothing of the first', async () => {
    const error = new ActionError('cancelled', 'Cancelled.');
    const first = turn({ structured: { opinion: 'Fine' } });
    const { review: read, turn: ended } = await review(first, turn({ answer: 'Tw', error }));
    expect(read).toBeUndefined();
    expect(ended.error).toBe(error);
    expect(ended.texts.join(' ')).toContain('"opinion": "Fine"');
    expect(ended.texts).toContain('Tw');
  });

  test('that could be used is none where the second turn ends early', async () => {
    const error = new ActionError('cancelled', 'Cancelled.');
    for (const second of [turn({ error }), turn({ structured: good, error })]) {
      const { review: read, turn: ended } = await review(turn({ structured: odd }), second);
      expect(read).toBeUndefined();
      expect(ended.error).toBe(error);
    }
  });

  test('is asked for as text where the model takes no such tool', async () => {
    const error = new ActionError('provider-error', 'The provider refuses the request.');
    const answer = `\`\`\`json\n${JSON.stringify(good)}\n\`\`\``;
    const turns = [turn({ error }), turn({ answer: 'Fine.' }), turn({ answer })];
    const { review: read, turn: ended, prompts } = await review(...turns);
    expect(read?.verdict).toBe('PASS');
    expect(ended.error).toBeUndefined();
    expect(prompts.map(({ schema }) => schema !== undefined)).toEqual([true, false, false]);
    expect(prompts[1]?.text).toMatch(/^Review it\.[^]*"verified"/);
    // A second refusal is what the run ends on; work that was begun is not begun again.
    expect((await review(turn({ error }), turn({ error }))).turn.error).toBe(error);
    expect((await review(turn({ error, answer: 'On' }))).prompts).toHaveLength(1);
  });

  test('that ends early the first time is not asked for again', async () => {
    const error = new ActionError('timeout', 'Late.');
    const { turn: ended, prompts } = await review(turn({ answer: 'On', error }));
    expect(ended.error).toBe(error);
    expect(prompts).toHaveLength(1);
  });
});
