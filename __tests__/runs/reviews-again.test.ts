import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { ChangedFile } from '../../playground/github/records.ts';
import { startAction } from '../../playground/runner.ts';
import { renderMarker } from '../../src/marker.ts';
import { renderMemory } from '../../src/review/memory.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { anySha, at, files, finding, give, openReviewed, told, verdict } from './reviewer.ts';
import { ownLogin } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const shouting = finding('It shouts', { place: at(5) });
const ending = finding('It ends without a newline', { severity: 'concern', place: at(30) });
/** Nothing can be started by these. */
const noServer = { 'server-url': '', 'server-password': '', 'server-directory': '' };
const nowhere = { ...noServer, 'opencode-path': '/nowhere/opencode' };

describe('on a push', () => {
  test('that leaves the effective diff as it was, no model is asked and no server started', async () => {
    await using pull = await openReviewed(lab);
    const { state } = pull.github;
    lab.answer([give(verdict('REJECT', { findings: [shouting] }))]);
    const first = await pull.run({ 'review-verdict': 'formal' });
    expect(first.review?.state).toBe('CHANGES_REQUESTED');
    lab.answer([]);
    const merged = anySha();
    state.pushTo(pull.number, merged, files);
    const second = await pull.run({ ...nowhere, 'review-verdict': 'formal', 'fail-on': 'reject' });
    expect(lab.asked).toEqual([]);
    expect(second.review).toMatchObject({ state: 'CHANGES_REQUESTED', commitId: merged });
    const said = `Re-checked after ${merged.slice(0, 7)}: the effective diff is unchanged; the verdict stands.`;
    expect(second.review?.body).toContain(said);
    expect(second.outputs).toMatchObject({ outcome: 'success', verdict: 'REJECT', risk: 'LOW' });
    expect(second.outputs).toMatchObject({ 'session-id': '', 'input-tokens': '0' });
    expect(JSON.parse(second.outputs['findings'] ?? '')).toMatchObject([
      { state: 'open', title: 'It shouts' },
    ]);
    expect(second.exitCode).toBe(1);
    expect(pull.inline()).toHaveLength(1);
    // On the same commit there is nothing to say again, but the steps that follow hear of it.
    const third = await pull.run({ ...nowhere, 'review-verdict': 'formal' });
    expect(third.review).toBeUndefined();
    expect(third.outputs).toMatchObject({ verdict: 'REJECT', 'review-id': `${second.review?.id}` });
    expect(third.comments).toEqual([]);
  });

  test('with one finding fixed and a new one, the thread of the first is resolved, and the second marked', async () => {
    await using pull = await openReviewed(lab);
    const { state } = pull.github;
    lab.answer([give(verdict('REJECT', { findings: [shouting, ending] }))]);
    await pull.run();
    const [shouts, ends] = pull.inline();
    const ids = pull.inline().map(({ body }) => /purpose=finding-(\S+) /.exec(body)?.[1] ?? '');
    const [file] = files;
    const patch = file?.patch?.replace('+FIVE', '+five!');
    state.pushTo(pull.number, anySha(), [{ ...file, patch } as ChangedFile]);
    const marks = finding('It marks', { severity: 'concern', place: at(5) });
    const former = [{ id: ids[0], state: 'fixed' }];
    lab.answer([give(verdict('CONDITIONAL', { findings: [marks], former }))]);
    const run = await pull.run();
    // It is told what was found before.
    expect(told(lab)).toContain(`- id ${ids[0]} (blocking, src/greet.js): It shouts`);
    expect(told(lab)).toContain(`- id ${ids[1]} (concern, src/greet.js)`);
    expect(run.outputs['verdict']).toBe('CONDITIONAL');
    const listed = JSON.parse(run.outputs['findings'] ?? '') as { title: string; state: string }[];
    expect(listed.map(({ title, state: became }) => [title, became])).toEqual([
      ['It marks', 'new'],
      ['It ends without a newline', 'open'],
      ['It shouts', 'fixed'],
    ]);
    // What is open is not said on its lines again.
    expect(pull.inline()).toHaveLength(3);
    expect(pull.inline()[2]?.body).toContain('It marks** **(new)**'.replace('** **', ' **'));
    const threads = state.reviewComments;
    expect(threads.get(shouts?.id ?? 0)?.resolvedBy).toBeDefined();
    expect(threads.get(ends?.id ?? 0)?.resolvedBy).toBeUndefined();
    expect(run.review?.body).toContain('Earlier findings');
  });

  test('a cancel while the threads of what is fixed are closed takes nothing from the review', async () => {
    await using pull = await openReviewed(lab);
    const { github } = pull;
    lab.answer([give(verdict('REJECT', { findings: [shouting] }))]);
    await pull.run();
    const [, id = ''] = /purpose=finding-(\S+) /.exec(pull.inline()[0]?.body ?? '') ?? [];
    const [file] = files;
    const patch = file?.patch?.replace('+FIVE', '+five!');
    github.state.pushTo(pull.number, anySha(), [{ ...file, patch } as ChangedFile]);
    lab.answer([give(verdict('PASS', { former: [{ id, state: 'fixed' }] }))]);
    const inputs = { ...(await lab.remote()), review: 'true' };
    const workspace = lab.sample.directory;
    await using action = await startAction({ event: pull.event(), github, inputs, workspace });
    github.faults = ({ path, body }) => {
      if (path !== '/graphql' || !JSON.stringify(body).includes('resolveReviewThread'))
        return undefined;
      action.child.kill('SIGINT');
      return { delayMs: 60_000 };
    };
    await action.main;
    const { outputs, exitCode } = action.result();
    expect(pull.reviews()).toHaveLength(2);
    expect([exitCode, outputs['review-id']]).toEqual([0, String(pull.reviews()[1]?.id)]);
  });

  test('what another run has found while the lock was waited for is known as well', async () => {
    await using pull = await openReviewed(lab);
    const { github, number } = pull;
    const findings = [
      { id: 'f00d', severity: 'blocking', title: 'It is late', path: 'a' } as const,
    ];
    const memory = {
      headSha: anySha(),
      diff: '',
      verdict: 'REJECT',
      risk: 'LOW',
      findings,
    } as const;
    const marker = renderMarker({ runId: '7', attempt: 1, invocationId: 'i' }, 'review');
    const body = `Said.\n\n${renderMemory({ ...memory, findings: [...findings] })}\n\n${marker}`;
    github.faults = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/git/refs') && pull.reviews().length === 0)
        github.state.addReview(number, { author: ownLogin, body });
      return undefined;
    };
    lab.answer([give(verdict('PASS'))]);
    const run = await pull.run();
    expect(told(lab)).toContain('- id f00d (blocking, a): It is late');
    expect(run.outputs['verdict']).toBe('CONDITIONAL');
  });

  test('a person who asks is answered anew, though the diff is the same', async () => {
    await using pull = await openReviewed(lab);
    lab.answer([give(verdict('PASS'))]);
    await pull.run();
    lab.answer([give(verdict('CONDITIONAL'))]);
    const run = await pull.run({}, '/oc review once more');
    expect(lab.asked).toHaveLength(1);
    expect(run.outputs['verdict']).toBe('CONDITIONAL');
  });
});

describe('a place', () => {
  const odd: ChangedFile[] = [
    ...files,
    { filename: 'gone.txt', status: 'removed', patch: '@@ -1,2 +0,0 @@\n-one\n-two' },
    {
      filename: 'new.txt',
      previous_filename: 'old.txt',
      status: 'renamed',
      patch: '@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three',
    },
    { filename: 'image.png', status: 'modified' },
  ];

  test('on a deleted, a renamed, a binary file, and on a last line without newline, loses no finding', async () => {
    await using pull = await openReviewed(lab, { files: odd });
    const places = {
      Deleted: at(2, { path: 'gone.txt', side: 'LEFT' }),
      Renamed: at(2, { path: 'old.txt', side: 'LEFT' }),
      Binary: at(1, { path: 'image.png' }),
      Last: at(30),
      Outside: at(15),
      Nowhere: at(1, { path: 'nowhere.txt' }),
    };
    const found = Object.entries(places).map(([title, place]) => finding(title, { place }));
    lab.answer([give(verdict('REJECT', { findings: found }))]);
    const run = await pull.run();
    expect(pull.inline().map(({ path, line, side }) => [path, side, line])).toEqual([
      ['gone.txt', 'LEFT', 2],
      ['new.txt', 'LEFT', 2],
      ['src/greet.js', 'RIGHT', 30],
    ]);
    for (const title of Object.keys(places)) expect(run.review?.body).toContain(title);
    expect(JSON.parse(run.outputs['findings'] ?? '')).toHaveLength(6);
  });

  test('is found among 3,000 files', async () => {
    const many = Array.from({ length: 3_000 }, (_, index): ChangedFile => ({
      filename: `f${index}.txt`,
      status: 'added',
      patch: '@@ -0,0 +1 @@\n+x',
    }));
    await using pull = await openReviewed(lab, { files: many });
    lab.answer([
      give(
        verdict('REJECT', { findings: [finding('Late', { place: at(1, { path: 'f2999.txt' }) })] }),
      ),
    ]);
    const run = await pull.run();
    expect(run.outputs).toMatchObject({ outcome: 'success', verdict: 'REJECT' });
    expect(pull.inline()).toMatchObject([{ path: 'f2999.txt', line: 1 }]);
  });
});

describe('an event asks for no review', () => {
  test.each([
    ['of a draft', { isDraft: true }, {}],
    ['with the label that says so', { labels: ['Skip-Agent-Review'] }, {}],
    ['of ignored paths alone', {}, { 'review-ignore': 'docs/**\nsrc/' }],
  ])('%s, and nothing is written', async (_, draft, inputs) => {
    await using pull = await openReviewed(lab, draft);
    const before = pull.github.requests.length;
    const run = await pull.run({ ...nowhere, ...inputs });
    expect(run.outputs).toMatchObject({
      outcome: 'skipped',
      reason: 'review-skipped',
      verdict: '',
    });
    expect(run.exitCode).toBe(0);
    const asked = pull.github.requests.slice(before);
    expect(asked.filter(({ method, path }) => method !== 'GET' && path !== '/graphql')).toEqual([]);
  });

  test('unless a person asks, or more is changed', async () => {
    await using pull = await openReviewed(lab, { isDraft: true });
    lab.answer([give(verdict('PASS'))]);
    const asked = await pull.run({ 'review-ignore': 'src/' }, '/oc review');
    expect(asked.outputs).toMatchObject({ outcome: 'success', verdict: 'PASS' });
  });
});
