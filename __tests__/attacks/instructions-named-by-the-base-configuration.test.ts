/** The base branch's own configuration names files, and a pull request changes those. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { newPullRepository, onPullOf } from '../runs/stranger.ts';
import { expectEnding, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** What the model is told, and what ran, on a pull request by such an author. */
async function attack(author: string): Promise<{ told: string; ran: string }> {
  const folder = await lab.folder();
  const proof = join(folder, 'ran');
  const server = (name: string): string => `echo ${name} >> ${proof}\n`;
  const base = {
    'opencode.json': JSON.stringify({
      $schema: 'https://opencode.ai/config.json',
      instructions: ['rules/*.md', 'workflow.md'],
      mcp: { own: { type: 'local', command: ['sh', 'tools/server.sh'] } },
    }),
    'rules/a.md': 'BASE-RULES\n',
    'tools/server.sh': server('base'),
    'CLAUDE.md': '-> docs/agents.md',
    'docs/agents.md': 'BASE-LINKED\n',
  };
  const head = {
    'rules/a.md': 'EVIL-RULES\n',
    'rules/b.md': 'EVIL-MORE\n',
    'tools/server.sh': server('evil'),
    'docs/agents.md': 'EVIL-LINKED\n',
  };
  const pull = newPullRepository(folder, base, head);
  lab.answer([say('Seen.')]);
  const done = await watch(lab, {
    event: onPullOf(pull, author),
    github: { gitDirectory: pull.served },
    // With the user of its own, what is run could leave no proof outside of the workspace.
    inputs: { ...(await lab.local()), isolation: 'none' },
    workspace: pull.workspace,
  });
  expectEnding(done, 'success', 'completed');
  const told = JSON.stringify(lab.asked.map(({ body }) => body));
  return { told, ran: existsSync(proof) ? readFileSync(proof, 'utf8') : '' };
}

test("a stranger's changes to them are not there", async () => {
  const { told, ran } = await attack('stranger');
  expect(told).not.toContain('EVIL');
  for (const own of ['RULES', 'LINKED']) expect(told).toContain(`BASE-${own}`);
  expect(ran).toContain('base');
  expect(ran).not.toContain('evil');
});

test('and they would be: those of somebody with write permission are', async () => {
  const { told, ran } = await attack('octocat');
  for (const evil of ['RULES', 'MORE', 'LINKED']) expect(told).toContain(`EVIL-${evil}`);
  expect(ran).toContain('evil');
});
