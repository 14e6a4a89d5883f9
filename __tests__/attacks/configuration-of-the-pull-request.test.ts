/** A pull request brings instructions, settings and code for the agent that looks at it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { callTool, createHold, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { newPullRepository, onPullOf, type PullRepository } from '../runs/stranger.ts';
import { bodies, expectEnding, expectIdlePost, type Run, watch } from '../runs/watch.ts';
import { git } from '../thread/repository.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

interface Attack extends PullRepository {
  /** Exists once code of the pull request was run. */
  proof: string;
}

/** Every way that OpenCode 1.18.33 has of taking something from the working directory. */
async function attack(): Promise<Attack> {
  const folder = await lab.folder();
  const proof = join(folder, 'ran');
  const run = `require('fs').appendFileSync(${JSON.stringify(proof)}, 'plugin\\n');`;
  const plugin = `${run} export const Evil = async () => ({});`;
  const command = ['sh', '-c', `echo mcp >> ${proof}`];
  const base = {
    'AGENTS.md': 'BASE-RULES\n',
    'sub/AGENTS.md': 'BASE-SUB-RULES\n',
    '.opencode/command/check.md': 'BASE-COMMAND\n',
  };
  const head = {
    'AGENTS.md': 'EVIL-RULES\n',
    'sub/AGENTS.md': undefined,
    'sub/CLAUDE.md': '-> ../evil.txt',
    'sub/deep/AGENTS.md': 'EVIL-DEEP\n',
    'sub/deep/code.txt': 'deep\n',
    'evil.txt': 'EVIL-LINKED\n',
    'more.txt': 'EVIL-INSTRUCTIONS\n',
    'opencode.json': JSON.stringify({
      instructions: ['more.txt'],
      mcp: { evil: { type: 'local', command } },
    }),
    '.opencode/plugin/evil.js': plugin,
    '.opencode/command/check.md': undefined,
    '.claude/skills/evil/SKILL.md': '---\nname: evil\ndescription: EVIL-SKILL\n---\n',
    'lib.txt': 'its own\n',
  };
  return { ...newPullRepository(folder, base, head), proof };
}

async function runOn(attacked: Attack, author: string): Promise<Run> {
  const { workspace, served } = attacked;
  writeFileSync(join(workspace, '../outside.txt'), 'OUTSIDE\n');
  const refs = git(served, 'for-each-ref');
  const look = 'git status --porcelain; cat code.txt lib.txt; ls .opencode/command';
  lab.answer([
    callTool('read', { filePath: join(workspace, 'sub/code.txt') }),
    callTool('read', { filePath: join(workspace, 'sub/deep/code.txt') }),
    callTool('read', { filePath: join(workspace, '../outside.txt') }),
    callTool('bash', { command: look, description: 'Look' }),
    say('Seen.'),
  ]);
  const run = await watch(lab, {
    event: onPullOf(attacked, author),
    github: { gitDirectory: served },
    // With the user of its own, what is run could leave no proof outside of the workspace.
    inputs: { ...(await lab.local()), isolation: 'none', 'permission-requests': 'allow' },
    workspace,
  });
  expectEnding(run, 'success', 'completed');
  expectIdlePost(run);
  // Nothing is ever pushed.
  expect(git(served, 'for-each-ref')).toBe(refs);
  return run;
}

const told = (): string => JSON.stringify(lab.asked.map(({ body }) => body));
const answered = (): string =>
  lab.asked.at(-1)?.messages.findLast(({ role }) => role === 'tool')?.text ?? '';

test("a stranger's configuration is neither read nor run: the base branch's is", async () => {
  const attacked = await attack();
  const run = await runOn(attacked, 'stranger');
  expect(told()).not.toContain('EVIL');
  expect(existsSync(attacked.proof)).toBe(false);
  expect(told()).toContain('BASE-RULES');
  expect(told()).toContain('BASE-SUB-RULES');
  expect(answered()).toMatch(/^head\nits own\ncheck\.md\s*$/);
  expect(run.log).toMatch(/no write permission.*`AGENTS\.md`.*`opencode\.json`/);
  expect(lab.asked[0]?.prompt).toContain('do not report them');
  expect(bodies(run)).toContain('nothing is pushed to it');
  // Whatever `permission-requests` allows, a stranger's fork is looked at from its workspace.
  expect(told()).not.toContain('OUTSIDE');
  expect(git(attacked.workspace, 'symbolic-ref', '--short', 'HEAD')).toBe('main');
  expect(git(attacked.workspace, 'status', '--porcelain')).toBe('');
});

test('and it would be: from somebody with write permission it is read and run', async () => {
  const attacked = await attack();
  const run = await runOn(attacked, 'octocat');
  for (const evil of ['RULES', 'LINKED', 'DEEP', 'INSTRUCTIONS', 'SKILL']) {
    expect(told()).toContain(`EVIL-${evil}`);
  }
  const ran = readFileSync(attacked.proof, 'utf8');
  expect(ran).toContain('plugin');
  expect(ran).toContain('mcp');
  expect(bodies(run)).not.toContain('nothing is pushed to it');
  expect(told()).toContain('OUTSIDE');
});

test('a workspace that the workflow has brought to the head itself is no other matter', async () => {
  const attacked = await attack();
  const { workspace, head, proof, served } = attacked;
  git(workspace, 'fetch', '--quiet', served, head);
  git(workspace, 'checkout', '--quiet', '--detach', head);
  await runOn(attacked, 'stranger');
  expect(told()).not.toContain('EVIL');
  expect(existsSync(proof)).toBe(false);
  expect(git(workspace, 'rev-parse', 'HEAD')).toBe(head);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  expect(readFileSync(join(workspace, 'AGENTS.md'), 'utf8')).toBe('EVIL-RULES\n');
});

test('in a folder whose files cannot be told apart, the agent is not started', async () => {
  const attacked = await attack();
  const { workspace, head, proof, served } = attacked;
  git(workspace, 'fetch', '--quiet', served, head);
  git(workspace, 'checkout', '--quiet', '--detach', head);
  git(workspace, 'config', 'core.repositoryformatversion', '99');
  lab.answer([say('Seen.')]);
  const run = await watch(lab, {
    event: onPullOf(attacked),
    github: { gitDirectory: served },
    inputs: await lab.local(),
    workspace,
  });
  expectEnding(run, 'failure', 'invalid-input');
  expect(lab.asked).toEqual([]);
  expect(existsSync(proof)).toBe(false);
});

test('a killed run leaves it to post to put the pull request’s files back', async () => {
  const attacked = await attack();
  const { workspace, head, served } = attacked;
  git(workspace, 'fetch', '--quiet', served, head);
  git(workspace, 'checkout', '--quiet', '--detach', head);
  writeFileSync(join(workspace, 'code.txt'), 'by the workflow\n');
  lab.answer([say(['Looking at it.', createHold()])]);
  await watch(lab, {
    event: onPullOf(attacked),
    github: { gitDirectory: served },
    inputs: await lab.local(),
    workspace,
    meanwhile: async ({ action, untilJournalled }) => {
      await untilJournalled('Looking');
      expect(readFileSync(join(workspace, 'AGENTS.md'), 'utf8')).toBe('BASE-RULES\n');
      action.child.kill('SIGKILL');
    },
  });
  expect(git(workspace, 'rev-parse', 'HEAD')).toBe(head);
  expect(git(workspace, 'status', '--porcelain')).toBe('M code.txt');
  expect(readFileSync(join(workspace, 'AGENTS.md'), 'utf8')).toBe('EVIL-RULES\n');
});
