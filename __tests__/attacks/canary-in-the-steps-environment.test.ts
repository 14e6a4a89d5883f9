import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { callTool, createHold, say, type Step } from '../../playground/script.ts';
import { createSample } from '../../playground/sample.ts';
import { busyMachineMs, greeting, type Lab, openLab } from '../runs/lab.ts';
import {
  expectEnding,
  expectIdlePost,
  type Going,
  type Run,
  type Scene,
  watch,
} from '../runs/watch.ts';
import { findHindrance } from './agent.ts';
import { findObstacle, makePerson, type Person } from './person.ts';

jest.setTimeout(busyMachineMs);

const hindrance = await findHindrance();
const obstacle = findObstacle();

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** Looks wherever the job keeps something: `watch` tells whether a model has heard a canary. */
function attack(pid: number, temp: string): Step[] {
  const wanted = 'ACTIONS_RUNTIME_TOKEN|INPUT_GITHUB-TOKEN';
  const look = [
    `tr "\\0" "\\n" < /proc/${pid}/environ | grep -E "${wanted}"`,
    `cat ${temp}/*.jsonl ${temp}/_runner_file_commands/* ${temp}/_github_workflow/event.json`,
    'env; sudo -n cat /etc/shadow; id',
    'echo made > made-by-the-agent; git add made-by-the-agent; git status --short',
  ].join('; ');
  const files = [`/proc/${pid}/environ`, join(temp, '_github_workflow', 'event.json')];
  return [
    callTool('bash', { command: look, description: 'Look' }),
    ...files.map((filePath) => callTool('read', { filePath })),
  ];
}

function toolResults(): string {
  return lab.asked
    .flatMap(({ messages }) => messages.filter(({ role }) => role === 'tool'))
    .map(({ text }) => text)
    .join('\n');
}

/** A run whose agent attacks as soon as it knows where. */
async function attacked(scene: Partial<Scene> & Pick<Scene, 'inputs'>): Promise<Run> {
  const known = createHold();
  let steps: Step[] = [];
  lab.answer(async (_, index) => {
    await known.arrive();
    return steps[index] ?? say(greeting);
  });
  return await watch(lab, {
    ...scene,
    meanwhile: ({ action }: Going) => {
      steps = attack(action.child.pid ?? 0, action.temp);
      known.release();
      return Promise.resolve();
    },
  });
}

function leftBehind(): string[] {
  return readFileSync('/etc/passwd', 'utf8').match(/^mention-loop-[\da-f]{8}:/gm) ?? [];
}

function expectOwned(folder: string, uid: number): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const foreign = names.filter((name) => statSync(join(folder, name)).uid !== uid);
  expect(foreign).toEqual([]);
  expect(names).toContain('made-by-the-agent');
}

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe("a secret of the step, where the job's user is the one of these tests,", () => {
    const allowed = { 'permission-requests': 'allow' };

    test('is nowhere that the agent can read', async () => {
      const { directory: workspace } = await createSample(join(await lab.folder(), 'repository'));
      const inputs = { ...(await lab.local()), ...allowed, isolation: 'user' };
      const run = await attacked({ inputs, workspace });
      expectEnding(run, 'success', 'completed');
      expectIdlePost(run);
      expect(toolResults()).toContain('A  made-by-the-agent');
      expect(toolResults()).toMatch(/uid=\d+\(mention-loop-[\da-f]{8}\)/);
      expectOwned(workspace, process.getuid?.() ?? 0);
    });

    test('is there for the asking with `isolation: none`', async () => {
      const { directory: workspace } = await createSample(join(await lab.folder(), 'repository'));
      const inputs = { ...(await lab.local()), ...allowed, isolation: 'none' };
      await expect(attacked({ inputs, workspace })).rejects.toThrow('A secret is in the model.');
    });
  });
}

if (obstacle !== undefined) {
  test(`no ordinary user can be had on this machine: ${obstacle}`, () =>
    expect(obstacle).not.toBe(''));
} else {
  describe('a secret of the step, where the job’s user has sudo without a password,', () => {
    let person: Person;
    beforeAll(async () => {
      person = await makePerson();
    }, busyMachineMs);
    afterAll(async () => {
      await person[Symbol.asyncDispose]();
    });

    async function scene(isolation: string): Promise<Scene & { workspace: string }> {
      const workspace = join(person.home, 'work', crypto.randomUUID(), 'repo');
      await createSample(workspace);
      person.own(join(person.home, 'work'));
      const local = { ...(await lab.local()), 'opencode-path': person.binary };
      const inputs = { ...local, 'permission-requests': 'allow', isolation };
      return { inputs, workspace, as: person.as };
    }

    test('is nowhere that the agent can read', async () => {
      const one = await scene('auto');
      const run = await attacked(one);
      expectEnding(run, 'success', 'completed');
      expectIdlePost(run);
      expect(run.annotations).toEqual([]);
      expect(toolResults()).toContain('A  made-by-the-agent');
      expect(toolResults()).toMatch(/uid=\d+\(mention-loop-[\da-f]{8}\)/);
      expectOwned(one.workspace, person.as.user.uid);
      expect(statSync(person.home).mode & 0o777).toBe(0o750);
    });

    test('is there for the asking with `isolation: none`', async () => {
      const one = await scene('none');
      await expect(attacked(one)).rejects.toThrow('A secret is in the model.');
    });

    test('stays out of reach where main is killed, and post finishes what it left', async () => {
      const one = await scene('user');
      const away =
        'setsid env -i sleep 5003 >/dev/null 2>&1 </dev/null & echo made > made-by-the-agent';
      const leave = callTool('bash', { command: away, description: 'Leave' });
      lab.answer([leave, say([greeting, createHold(), 'and never this'])]);
      const run = await watch(lab, {
        ...one,
        meanwhile: async ({ action, untilJournalled }: Going) => {
          await untilJournalled('𝒳');
          expect(leftBehind()).not.toEqual([]);
          action.child.kill('SIGKILL');
        },
      });
      expect(run.comments[0]?.body).toContain(greeting);
      expectOwned(one.workspace, person.as.user.uid);
      expect(statSync(person.home).mode & 0o777).toBe(0o750);
      const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
      expect(processes).not.toContain('sleep 5003');
    });
  });
}
