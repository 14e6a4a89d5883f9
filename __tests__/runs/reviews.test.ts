import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { anySha, at, files, finding, give, openReviewed, verdict } from './reviewer.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

describe('a review', () => {
  test('has its verdict, its findings on their lines, and what they cost', async () => {
    await using pull = await openReviewed(lab);
    const found = [
      finding('It shouts', { place: at(5), suggestion: 'five', body: 'Why?' }),
      finding('Nobody tests it', { severity: 'missing-test', place: at(90) }),
    ];
    lab.answer([give(verdict('REJECT', { findings: found }), 'I have read it.')]);
    const run = await pull.run();
    console.log(run.log, JSON.stringify(run.outputs, null, 1), run.summary, run.comments);
    console.log(JSON.stringify(pull.reviews(), null, 1), JSON.stringify(pull.inline(), null, 1));
    console.log(
      JSON.stringify(
        lab.asked[0]?.messages.map(({ role, text }) => role + ': ' + text.slice(-3000)),
      ),
    );
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'REJECT', risk: 'LOW' });
    void say;
    void anySha;
    void files;
  });
});
