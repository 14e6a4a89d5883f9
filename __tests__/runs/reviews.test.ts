import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { refuse, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { anySha, at, files, finding, give, openReviewed, told, verdict } from './reviewer.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const shouting = finding('It shouts', { place: at(5), suggestion: 'five', body: 'Why?' });

describe('a review', () => {
  test('is posted in place of a comment, on the commit that was read, with its findings on their lines', async () => {
    await using pull = await openReviewed(lab);
    const untested = finding('Nobody tests it', { severity: 'missing-test', place: at(90) });
    lab.answer([give(verdict('REJECT', { findings: [shouting, untested] }), 'I have read it.')]);
    const run = await pull.run({ prompt: 'Mind the tone.' });
    expect(run.outputs).toMatchObject({
      outcome: 'success',
      reason: 'completed',
      partial: 'false',
    });
    expect(run.outputs).toMatchObject({ verdict: 'REJECT', risk: 'LOW', 'comment-id': '' });
    expect(run.review).toMatchObject({ state: 'COMMENTED', commitId: 'a'.repeat(40) });
    expect(run.outputs['review-id']).toBe(String(run.review?.id));
    expect(run.outputs['review-url']).toContain(`#pullrequestreview-${run.review?.id}`);
    expect(run.outputs['response']).toContain('**Verdict**: REJECT');
    expect(JSON.parse(run.outputs['findings'] ?? '')).toMatchObject([
      { state: 'new', severity: 'blocking', title: 'It shouts', path: 'src/greet.js', line: 5 },
      { state: 'new', severity: 'missing-test', title: 'Nobody tests it', line: 90 },
    ]);
    const { body = '' } = run.review ?? {};
    for (const part of ['**Verdict**: REJECT', 'Read it.', 'Run summary', '`scripted/test`'])
      expect(body).toContain(part);
    expect(body).toMatch(/\*\*Non-blocking concerns\*\*\n\nNone/);
    // Outside of the diff a finding stands in the body.
    expect(body).toContain('Nobody tests it');
    expect(body).not.toContain('Suggested fix');
    expect(pull.inline()).toMatchObject([{ path: 'src/greet.js', line: 5, side: 'RIGHT' }]);
    expect(pull.inline()[0]?.body).toContain('```suggestion\nfive\n```');
    expect(run.comments).toEqual([]);
    expect(run.summary).toContain('**Verdict**: REJECT');
    expect(told(lab)).toContain('Mind the tone.');
    expect(lab.asked).toHaveLength(1);
    expect(lab.asked[0]?.tools).toContain('StructuredOutput');
    // Whoever reviews changes nothing.
    expect(lab.asked[0]?.tools).not.toContain('edit');
    expect(lab.asked[0]?.tools).not.toContain('write');
  });

  test('that a person asks for is narrowed by the words, and needs no input', async () => {
    await using pull = await openReviewed(lab);
    lab.answer([give(verdict('PASS'))]);
    const run = await pull.run({ review: 'false' }, '/oc review the tests');
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'PASS', findings: '[]' });
    expect(run.review?.body).toContain('**Verdict**: PASS');
    expect(told(lab)).toContain('/oc review the tests');
    expect(told(lab)).toContain('The task is a review of the pull request');
  });

  test.each([
    ['PASS', 'formal', 'APPROVED', 'conditional', 0],
    ['CONDITIONAL', 'formal', 'COMMENTED', 'conditional', 1],
    ['REJECT', 'formal', 'CHANGES_REQUESTED', 'reject', 1],
    ['PASS', 'comment', 'COMMENTED', 'reject', 0],
    ['CONDITIONAL', 'comment', 'COMMENTED', 'reject', 0],
    ['REJECT', 'comment', 'COMMENTED', 'conditional', 1],
  ])(
    'of %s, in `review-verdict: %s`, is %s, and with `fail-on: %s` exits with %i',
    async (name, mode, state, failOn, exitCode) => {
      await using pull = await openReviewed(lab);
      lab.answer([give(verdict(name, { findings: name === 'REJECT' ? [shouting] : [] }))]);
      const run = await pull.run({ 'review-verdict': mode, 'fail-on': failOn });
      expect(run.review?.state).toBe(state);
      expect(run.outputs).toMatchObject({ outcome: 'success', reason: 'completed', verdict: name });
      expect(run.exitCode).toBe(exitCode);
      if (exitCode === 1) expect(run.log).toContain(`The review's verdict is ${name}`);
    },
  );
});

describe('approving is refused, and becomes a comment that says why,', () => {
  const pass = { 'review-verdict': 'formal' };

  test('on a fork', async () => {
    await using pull = await openReviewed(lab, { from: 'fork' });
    lab.answer([give(verdict('PASS'))]);
    const run = await pull.run({ ...pass, isolation: 'none' }, '/oc review');
    expect(run.review).toMatchObject({ state: 'COMMENTED' });
    expect(run.review?.body).toContain('comes from a fork');
  });

  test('on one’s own pull request', async () => {
    await using pull = await openReviewed(lab, { author: 'github-actions[bot]' });
    lab.answer([give(verdict('PASS'))]);
    const run = await pull.run(pass, '/oc review');
    expect(run.review).toMatchObject({ state: 'COMMENTED' });
    expect(run.review?.body).toContain('the pull request is its own');
  });

  test('where the repository forbids it', async () => {
    await using pull = await openReviewed(lab);
    pull.github.state.actionsMayOpenPulls = false;
    lab.answer([give(verdict('PASS'))]);
    const run = await pull.run(pass);
    expect(run.review).toMatchObject({ state: 'COMMENTED' });
    expect(run.review?.body).toContain('does not let GitHub Actions approve');
    expect(run.outputs['verdict']).toBe('PASS');
  });

  test('when the head has moved since it was read', async () => {
    await using pull = await openReviewed(lab);
    const head = anySha();
    lab.answer(() => {
      pull.github.state.pushTo(pull.number, head, files);
      return give(verdict('PASS'));
    });
    const run = await pull.run(pass);
    expect(run.review).toMatchObject({ state: 'COMMENTED', commitId: 'a'.repeat(40) });
    expect(run.review?.body).toContain('new commits came while it was read');
    expect(run.review?.body).toContain('its head is now');
  });

  test('when the answer is no review, nor when it is asked for again: it stands as it is', async () => {
    await using pull = await openReviewed(lab);
    const odd = { opinion: 'It is @stranger fine.' };
    lab.answer([give(odd, 'First.'), say('I stay with that.')]);
    const run = await pull.run({ ...pass, 'fail-on': 'conditional' });
    expect(run.review).toMatchObject({ state: 'COMMENTED' });
    const { body = '' } = run.review ?? {};
    for (const part of ['First.', '"opinion"', 'I stay with that.', 'without a verdict'])
      expect(body).toContain(part);
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: '', findings: '[]' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The review has no verdict');
    expect(Number(run.outputs['output-tokens'])).toBe(20);
    expect(pull.inline()).toEqual([]);
  });
});

describe('an answer that is no review', () => {
  test('is asked for once more, with what is wrong with it', async () => {
    await using pull = await openReviewed(lab);
    const wrong = verdict('FINE', { findings: [{ ...shouting, severity: 'bad' }] });
    lab.answer([say('It is fine.'), give(wrong), give(verdict('PASS'))]);
    const run = await pull.run();
    expect(lab.asked).toHaveLength(2);
    expect(told(lab, 1)).toContain('It is fine.');
    expect(told(lab, 1)).toContain('cannot be taken for a review');
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: '' });
    lab.answer([give(wrong), give(verdict('PASS'))]);
    const again = await pull.run({}, '/oc review');
    expect(lab.asked).toHaveLength(2);
    expect(again.outputs).toMatchObject({ outcome: 'success', verdict: 'PASS' });
    expect(again.outputs['input-tokens']).toBe('200');
  });

  test('is asked for as text of a model that takes no tool that it must use', async () => {
    await using pull = await openReviewed(lab);
    const json = JSON.stringify(verdict('PASS'));
    lab.answer(({ body }) =>
      (body as { tool_choice?: unknown }).tool_choice === 'required'
        ? refuse(400, 'Thinking may not be enabled when tool_choice forces tool use.')
        : say(`\`\`\`json\n${json}\n\`\`\``),
    );
    const run = await pull.run();
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'PASS' });
    expect(run.review?.body).toContain('**Verdict**: PASS');
    expect(lab.asked).toHaveLength(2);
  });

  test('may be the JSON in a fence', async () => {
    await using pull = await openReviewed(lab);
    const json = JSON.stringify(verdict('CONDITIONAL'));
    lab.answer([say(`Here:\n\n\`\`\`json\n${json}\n\`\`\`\n`)]);
    const run = await pull.run();
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'CONDITIONAL' });
    expect(lab.asked).toHaveLength(1);
  });
});
