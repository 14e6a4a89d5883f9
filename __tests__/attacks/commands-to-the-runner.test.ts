import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { openLog } from '../../playground/commands.ts';
import { refuse, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { type Run, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const commands = [
  '::add-mask::mention',
  '::error file=a.ts::planted',
  '   ::warning::planted',
  'words\r::error::planted',
  '##[add-mask]planted',
  'words ##[error]planted',
  '\u0085::error::planted',
  '::stop-commands::planted',
  '::error::planted',
  '::planted::',
  '::set-output name=outcome::planted',
  '::save-state name=journal::/planted',
];

function expectNoCommand(run: Run, own: readonly string[]): void {
  const annotations = [...run.annotations, ...(run.post?.annotations ?? [])];
  expect(annotations.filter(({ message }) => /^planted/m.test(message))).toEqual([]);
  expect(annotations.map(({ level }) => level)).toEqual(own);
  for (const mask of [...run.masks, ...(run.post?.masks ?? [])])
    expect(['mention', 'planted']).not.toContain(mask);
  expect(run.state['journal']).not.toBe('/planted');
  expect(run.outputs['outcome']).not.toBe('planted');
}

describe('the runner takes no command from', () => {
  test('an answer that is printed', async () => {
    const answer = commands.join('\n');
    lab.answer([say(answer)]);
    const run = await watch(lab, { inputs: { ...(await lab.local()), reply: 'none' } });
    expect(run.outputs['outcome']).toBe('success');
    expect(run.outputs['response']).toBe(answer);
    expect(run.log).toContain('::add-mask::mention');
    expectNoCommand(run, []);
  });

  test("a provider's error, which is the step's own", async () => {
    lab.answer([refuse(400, `Refused.\n${commands.join('\n')}`)]);
    const run = await watch(lab, { inputs: await lab.local() });
    expect(run.outputs['outcome']).toBe('failure');
    expectNoCommand(run, ['error']);
  });
});

test('the same lines as they are would be obeyed', () => {
  const log = openLog([]);
  for (const line of commands.slice(0, 3)) log.read(line);
  expect(log.masks).toEqual(['mention']);
  expect(log.annotations.map(({ message }) => message)).toEqual(['planted', 'planted']);
});
