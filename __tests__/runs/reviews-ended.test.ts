import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { ChangedFile } from '../../playground/github/records.ts';
import { runAction, startAction } from '../../playground/runner.ts';
import { refuse, say } from '../../playground/script.ts';
import { findMarker } from '../../src/marker.ts';
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

const shout = { place: at(5), body: 'Nobody should.', suggestion: "const five = 'five';" };
const reject = give(verdict('REJECT', { findings: [finding('It shouts', shout)] }));
const words = /Nobody should\.[^]*const five/;

describe('a run that is killed while its review is posted', () => {
  test.each([
    ['before GitHub has it', false],
    ['when GitHub has it', true],
  ])('%s, ends with it on the thread, once', async (_, isThere) => {
    await using pull = await openReviewed(lab);
    lab.answer([reject]);
    const { github } = pull;
    const { promise, resolve } = Promise.withResolvers<void>();
    const event = pull.event();
    const inputs = { ...(await lab.remote()), review: 'true' };
    const workspace = lab.sample.directory;
    await using action = await startAction({ event, github, inputs, workspace });
    github.faults = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/reviews')) return undefined;
      action.child.kill('SIGKILL');
      resolve();
      return isThere ? 'lost' : 'reset';
    };
    await promise;
    await action.main;
    github.faults = () => undefined;
    await action.runPost();
    const { post } = action.result();
    expect(post?.exitCode).toBe(0);
    const comments = pull.comments().map((body) => [body, findMarker(body)?.purpose]);
    if (isThere) expect(comments).toEqual([]);
    else expect(comments).toEqual([[expect.stringMatching(words), 'answer']]);
    expect(pull.reviews()).toHaveLength(isThere ? 1 : 0);
    expect(github.state.issue(pull.number).labels).not.toContain('agent: working');
    expect(github.violations).toEqual([]);
  });
});

describe('a review', () => {
  test('that GitHub does not take is a comment, whole', async () => {
    await using pull = await openReviewed(lab);
    lab.answer([reject]);
    pull.github.faults = ({ method, path }) =>
      method === 'POST' && path.endsWith('/reviews')
        ? { status: 403, body: { message: 'Resource not accessible by integration' } }
        : undefined;
    const run = await pull.run();
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'REJECT', 'review-id': '' });
    expect(run.comments).toEqual([expect.stringContaining('**Verdict**: REJECT')]);
    expect(run.comments[0]).toMatch(words);
    expect(run.outputs['comment-id']).not.toBe('');
    expect(run.log).toContain('The review becomes a comment');
  });

  test('whose token may not resolve threads marks what is fixed, and the run says so', async () => {
    await using pull = await openReviewed(lab, {}, { identity: { denied: ['contents: write'] } });
    const { state } = pull.github;
    // A lock takes the same permission.
    const inputs = { lock: 'none' };
    lab.answer([reject]);
    await pull.run(inputs);
    const [comment] = pull.inline();
    const [, id = ''] = /purpose=finding-(\S+) /.exec(comment?.body ?? '') ?? [];
    const head = anySha();
    const [file] = files;
    const patch = file?.patch?.replace('+FIVE', '+five!');
    state.pushTo(pull.number, head, [{ ...file, patch } as ChangedFile]);
    lab.answer([give(verdict('PASS', { former: [{ id, state: 'fixed' }] }))]);
    const run = await pull.run(inputs);
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'PASS' });
    expect(run.exitCode).toBe(0);
    expect(run.review?.body).toContain('Earlier findings');
    expect(comment?.body).toContain(`**Fixed in ${head.slice(0, 7)}.**`);
    expect(comment?.resolvedBy).toBeUndefined();
    expect(run.log.match(/its threads stay open: this token may not resolve them/g)).toHaveLength(
      1,
    );
    expect(run.comments).toEqual([]);
    // Once said, it is not said again.
    lab.answer([give(verdict('PASS'))]);
    const again = await pull.run(inputs, '/oc review');
    expect(again.log).not.toContain('its threads stay open');
    expect(comment?.body.match(/Fixed in/g)).toHaveLength(1);
  });

  test('that ends early is a partial answer, and none', async () => {
    await using pull = await openReviewed(lab);
    lab.answer((_request, index) =>
      index === 0
        ? {
            text: 'I have begun.',
            calls: [{ tool: 'bash', args: { command: 'true', description: 'x' } }],
          }
        : refuse(401, 'No such key.'),
    );
    const run = await pull.run({ 'fail-on': 'reject' });
    expect(run.outputs).toMatchObject({ reason: 'provider-error', partial: 'true', verdict: '' });
    expect(run.review).toBeUndefined();
    expect(run.comments[0]).toContain('I have begun.');
    expect(run.exitCode).toBe(1);
  });

  test('with `reply: none` stands in the outputs alone', async () => {
    await using pull = await openReviewed(lab);
    lab.answer([reject]);
    const run = await pull.run({ reply: 'none' });
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'REJECT', 'review-id': '' });
    expect([pull.reviews(), run.comments]).toEqual([[], []]);
    expect(run.outputs['response']).toMatch(words);
    expect(run.summary).toMatch(words);
  });

  test('tells no secret, on lines, in suggestions, in what it remembers, or when it is no review', async () => {
    const secret = `hush-${randomUUID()}`;
    await using pull = await openReviewed(lab);
    const found = finding(`It says ${secret}`, {
      place: at(5),
      body: `Why ${secret}?`,
      suggestion: `const a = '${secret}';`,
    });
    lab.answer([give(verdict('REJECT', { findings: [found], verified: secret }))]);
    const inputs = { ...(await lab.remote()), review: 'true', redact: secret };
    const event = pull.event();
    const workspace = lab.sample.directory;
    const run = await runAction({ event, github: pull.github, inputs, workspace });
    lab.answer([give({ odd: secret }), say(`It is ${secret}.`)]);
    const odd = await pull.run({ redact: secret }, '/oc review');
    const spelled = JSON.stringify(verdict('PASS', { verified: 'SECRET' })).replace(
      'SECRET',
      secret.replaceAll(/./g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`),
    );
    lab.answer([say(spelled)]);
    const read = await pull.run({ redact: secret }, '/oc review');
    expect(read.review?.body).toContain('***');
    expect(pull.inline()).toHaveLength(1);
    expect(pull.reviews()).toHaveLength(3);
    const hidden = pull
      .reviews()
      .map(({ body }) => /review v1 (\S+)/.exec(body)?.[1] ?? '')
      .map((text) => Buffer.from(text, 'base64').toString());
    // What was redacted only once it was encoded would be broken.
    expect(JSON.parse(hidden[0] ?? '')).toMatchObject({ findings: [{ title: 'It says ***' }] });
    const told = [run, odd, read].flatMap(({ outputs, summary, log }) => [outputs, summary, log]);
    expect(JSON.stringify([pull.reviews(), pull.inline(), hidden, told])).not.toContain(secret);
  });
});
