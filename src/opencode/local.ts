import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { ActionError, messageOf } from '../errors.ts';
import type { Isolation } from '../isolation/isolation.ts';
import { serverStartMs } from '../limits.ts';
import { secretsOf } from '../redact/sources.ts';
import { fetchVersion } from './health.ts';
import { describeLog, logPathOf, readAddress, readTail } from './log.ts';
import { basic } from './reattach.ts';
import type { Server } from './server.ts';
import { markName, serveArgs, stopServer } from './stop.ts';

/** What a server of ours is started with. */
export interface LocalOptions {
  binary: string;
  /** Its working directory: the repository. */
  workspace: string;
  /** From `agentEnvironment`. */
  env: Readonly<Record<string, string>>;
  /** Names of variables in `env` that hold secrets, whatever they are called (`agent-env`). */
  agentEnv: readonly string[];
  /** From `localConfig`. */
  config: unknown;
  /** The runner's temporary folder: what the server prints is kept there while it runs. */
  temp: string;
  /** The user that it runs as; undefined: ours. */
  isolation?: Pick<Isolation, 'launch' | 'end'> | undefined;
  /** What `stopServer` knows it and all that it starts by: nobody else's, and known to `post`. */
  mark: string;
  signal: AbortSignal;
  /** Called as soon as there is a process to end. */
  onSpawn: (pid: number) => void;
}

/** How often the server's output is looked at for its address. */
const pollMs = 15;

/** A server process that is starting, or has ended. */
interface Starting {
  child: ChildProcess;
  logPath: string;
  /** Set once it has ended, or could not be started. */
  ended: { how: string } | undefined;
  gone: Promise<ActionError>;
}

/**
 * Starts OpenCode on a free port of loopback, behind a random password, in a process group of its
 * own; its configuration is handed over in the environment, so that nothing is written to the
 * workspace. Its output goes to a file rather than to a pipe, for a server must outlive this process
 * until `post` has asked it for what the agent wrote.
 * Throws `server-start-failed` with the end of its output when it ends early or does not listen
 * within `serverStartMs`, and `signal.reason`; nothing is left running then.
 */
export async function startLocal(options: LocalOptions): Promise<Server> {
  const { signal, mark } = options;
  signal.throwIfAborted();
  const password = randomBytes(24).toString('base64url');
  const starting = launch(options, password);
  const { pid } = starting.child;
  const dispose = async (): Promise<void> => {
    if (options.isolation !== undefined) await options.isolation.end();
    else if (pid !== undefined) await stopServer(pid, mark);
    rmSync(starting.logPath, { force: true });
  };
  try {
    if (pid !== undefined) options.onSpawn(pid);
    const url = await waitForAddress(starting, password, options);
    const headers = basic(password);
    const directory = options.workspace;
    const version = await fetchVersion({ url, headers, directory }, signal);
    const { gone } = starting;
    return { url, headers, version, directory, pid, gone, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function launch(options: LocalOptions, password: string): Starting {
  const logPath = logPathOf(options.temp, options.mark);
  const log = openSync(logPath, 'w', 0o600);
  const env = {
    ...options.env,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(options.config),
    OPENCODE_SERVER_USERNAME: 'opencode',
    OPENCODE_SERVER_PASSWORD: password,
    [markName]: options.mark,
  };
  const child = start(options, env, log);
  closeSync(log);
  const gone = Promise.withResolvers<ActionError>();
  const starting: Starting = { child, logPath, ended: undefined, gone: gone.promise };
  const end = (how: string): void => {
    starting.ended = { how };
    gone.resolve(endedByItself(how));
  };
  child.once('error', (error) => end(`it could not be run (${messageOf(error)})`));
  child.once('exit', (code, by) => end(`it ended with ${by ?? `status ${code}`}`));
  // What is still open here must not keep this process alive: disposal and `post` end the server.
  child.unref();
  return starting;
}

function start(
  { binary, workspace, isolation }: LocalOptions,
  env: Record<string, string>,
  log: number,
): ChildProcess {
  const shared = { detached: true, windowsHide: true };
  // An open stdin can hang it.
  const stdio: StdioOptions = ['ignore', log, log];
  if (isolation === undefined)
    return spawn(binary, serveArgs, { ...shared, cwd: workspace, env, stdio });
  const launched = isolation.launch([binary, ...serveArgs], env);
  const { file, args, input } = launched;
  const child = spawn(file, args, { ...shared, env: launched.env, stdio: ['pipe', log, log] });
  // One that is gone before it has read all says why in its output.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return child;
}

async function waitForAddress(
  starting: Starting,
  password: string,
  options: LocalOptions,
): Promise<string> {
  const { signal } = options;
  const describe = (output: string): string =>
    describeLog(output, [password, ...secretsOf(options).map(({ value }) => value)]);
  const deadline = performance.now() + serverStartMs;
  for (;;) {
    const { ended } = starting;
    const output = readTail(starting.logPath);
    const url = readAddress(output);
    if (ended !== undefined) throw startFailed(ended.how, describe(output));
    if (url !== undefined) return url;
    if (performance.now() > deadline) {
      const how = `it was not listening after ${serverStartMs / 1000} s`;
      throw startFailed(how, describe(output));
    }
    await pause(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function endedByItself(how: string): ActionError {
  return new ActionError('stream-ended', `OpenCode's server went away during the run: ${how}.`, {
    hint: 'Look at the memory that the runner has, and ask again.',
  });
}

function startFailed(how: string, output: string): ActionError {
  return new ActionError(
    'server-start-failed',
    `OpenCode's server did not start: ${how}. ${output}`,
    {
      hint: "Look at `opencode-config`, the workflow's own OpenCode settings and `opencode-version`.",
    },
  );
}
