/** An agent that does what an attacker has told it, beside a runner that holds a secret. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Isolation, isolate, type IsolationFacts } from '../../src/isolation/isolation.ts';
import { findPrivileges } from '../../src/isolation/privilege.ts';

/** Why there can be no isolation on this machine; undefined where there can. */
export async function findHindrance(): Promise<string | undefined> {
  const found = await findPrivileges();
  return 'missing' in found ? found.missing : undefined;
}

/** A runner's folders with a secret in them, and an agent in its workspace. */
export interface Scene extends AsyncDisposable {
  /** What nobody but the job may read: it is in the environment and in the runner's files. */
  canary: string;
  root: string;
  temp: string;
  /** The folder of the command files and the event. */
  commands: string;
  workspace: string;
  /** The step's environment. */
  env: Record<string, string>;
  isolation: Isolation;
  facts: IsolationFacts;
  /**
   * What a shell prints that the agent runs, in the workspace; errors too. `inGroup`: the job's user
   * is in that group besides.
   */
  asAgent: (script: string, inGroup?: number) => Promise<string>;
  /** The same where the agent is the job's own user, as with `isolation: none`. */
  asJob: (script: string) => Promise<string>;
}

/** Sets the scene as the runner does on a machine of its own. */
export async function openScene(): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'attack-'));
  const [temp, workspace] = [join(root, '_temp'), join(root, 'repo', 'repo')];
  // As act does, which keeps them apart from the temporary folder.
  const commands = await mkdtemp(join(tmpdir(), 'attack-commands-'));
  await chmod(commands, 0o755);
  const [actions, other, cache] = ['_actions', 'other', '_tool'].map((name) => join(root, name));
  for (const folder of [temp, workspace, actions, other, cache])
    await mkdir(folder ?? '', { recursive: true });
  const canary = `canary-${randomUUID()}`;
  const event = join(commands, 'event.json');
  for (const file of [
    event,
    join(commands, 'set_env'),
    join(temp, 'secret'),
    join(other ?? '', 'file'),
  ])
    await writeFile(file, canary);
  await writeFile(join(cache ?? '', 'tool'), '#!/bin/sh\necho a tool\n', { mode: 0o755 });
  await writeFile(join(workspace, 'file'), 'a file\n');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(temp, '_home'),
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: cache ?? '',
    GITHUB_ENV: join(commands, 'set_env'),
    GITHUB_EVENT_PATH: event,
  };
  const noted: IsolationFacts[] = [];
  const isolation = await isolate({
    workspace,
    temp,
    toolCache: cache ?? '',
    env,
    wanted: 'user',
    withStoredKeys: false,
    note: (facts) => noted.push(facts),
    warn: () => undefined,
    log: () => undefined,
    signal: AbortSignal.timeout(60_000),
  });
  const [facts] = noted;
  if (isolation === undefined || facts === undefined) throw new Error('There is no isolation.');
  await isolation.handOver();
  const own = { PATH: env.PATH, ROOT: root, TEMP_FOLDER: temp, COMMANDS: commands };
  return {
    canary,
    root,
    temp,
    commands,
    workspace,
    env,
    isolation,
    facts,
    asAgent: (script, inGroup) => {
      const shell = ['sh', '-c', `cd ${workspace}; ${script}`];
      const { file, args, env: bare, input } = isolation.launch(shell, isolation.atHome(own));
      if (inGroup === undefined) return output(file, args, bare, input);
      return output('setpriv', ['--groups', String(inGroup), '--', file, ...args], bare, input);
    },
    asJob: (script) => output('sh', ['-c', `cd ${workspace}; ${script}`], own, ''),
    async [Symbol.asyncDispose]() {
      await isolation[Symbol.asyncDispose]();
      for (const folder of [root, commands])
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a command prints, errors too. */
export async function output(
  file: string,
  args: string[],
  env: Record<string, string>,
  input: string,
): Promise<string> {
  return await new Promise((resolve) => {
    const child = execFile(file, args, { env }, (_, stdout, stderr) => resolve(stdout + stderr));
    child.stdin?.end(input);
  });
}
