/**
 * Runs the bundled action the way the Actions runner does: `main`, then `post` in a fresh process
 * with `STATE_*`, each with the environment, command files and folders of a real step.
 *
 *     const result = await runAction({ event, github, inputs: { model: 'scripted/one' }, workspace });
 *     result.exitCode; result.outputs['outcome']; result.summary; result.log; result.post?.log;
 *
 *     await using action = await startAction({ ... });      // main is running
 *     action.child.kill('SIGINT'); await action.main;       // what main came to
 *     await action.runPost(); const result = action.result();
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { lchownSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { openLog, parseFileCommands, type Annotation, type Log } from './commands.ts';
import {
  inputEnvironment,
  makeCanaries,
  makeCommandFiles,
  stepEnvironment,
  type Job,
} from './environment.ts';

/** How to run the action once. */
export interface ActionOptions {
  event: Job['event'];
  /** A `GitHubEmulator`, or anything else that speaks for one. */
  github: Job['github'];
  /** By name; the others have action.yml's defaults. An unknown name throws. */
  inputs?: Record<string, string>;
  /** Over the runner's own variables (`HOME`, `RUNNER_TOOL_CACHE`, `GITHUB_RUN_ATTEMPT`, ...). */
  env?: Record<string, string>;
  /** The step's working folder: an empty one of its own by default. */
  workspace?: string;
  /** RUNNER_TEMP: one that is removed on disposal, by default. */
  temp?: string;
  /** The folder of action.yml and dist/: this repository by default. */
  actionPath?: string;
  /** Who runs the job: the user of this process by default. Another one needs root. */
  user?: { uid: number; gid: number };
  /** The Node that runs the action: this process's own by default. */
  node?: string;
  /** `runAction` only. */
  skipPost?: boolean;
  onStart?: (child: ChildProcess) => void;
  /** Every line of the log as people see it, of `main` and `post`. */
  onLine?: (line: string) => void;
}

/** What one process came to. Times are `Date.now()`; `signal` is what killed it. */
export interface Step {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  startedAt: number;
  endedAt: number;
  log: string;
  annotations: Annotation[];
  masks: string[];
  outputs: Record<string, string>;
  state: Record<string, string>;
  /** Empty where it is over 1 MiB, which the runner drops whole. */
  summary: string;
}

/** `main`'s own result, `post`'s where it ran, and the secrets that must have reached nobody. */
export interface ActionResult extends Step {
  post: Step | undefined;
  canaries: Record<string, string>;
}

/**
 * An action whose `main` is running. Disposal kills what still runs and removes our folders; where
 * that was `main`, it runs `post` first, which ends what `main` had started.
 */
export interface RunningAction extends AsyncDisposable {
  /** The process of `main`: send it signals as the runner does. */
  child: ChildProcess;
  temp: string;
  workspace: string;
  /** Resolves when `main` is over, however it ended; never rejects for that. */
  main: Promise<Step>;
  /** Runs `post`; waits for `main` first. */
  runPost(): Promise<Step>;
  /** What is known so far; throws while `main` runs. */
  result(): ActionResult;
}

const SUMMARY_BYTES = 1024 * 1024;
/** The runner too waits this long for the rest of the output. */
const DRAIN_MS = 5_000;
/** A `post` that tidies up for a test that failed gets no longer than this. */
const TIDY_MS = 120_000;
const HERE = fileURLToPath(new URL('..', import.meta.url));

/** Runs `main` and `post` to their ends; temporary folders are gone when it resolves. */
export async function runAction(options: ActionOptions): Promise<ActionResult> {
  await using action = await startAction(options);
  await action.main;
  if (options.skipPost !== true) await action.runPost();
  return action.result();
}

/** Starts `main`. */
export async function startAction(options: ActionOptions): Promise<RunningAction> {
  const { event, github, inputs = {}, actionPath = HERE } = options;
  // A wrong input throws before there is anything to remove.
  inputEnvironment(actionPath, inputs, github.token);
  const ours = await mkdtemp(join(tmpdir(), 'runner-'));
  const { temp = join(ours, 'temp'), workspace = join(ours, 'workspace') } = options;
  for (const folder of [temp, workspace]) await mkdir(folder, { recursive: true });
  const canaries = makeCanaries();
  const env = { ...canaries, ...options.env };
  const job: Job = { event, github, inputs, actionPath, workspace, temp, env };
  const entrypoints = await readEntrypoints(actionPath);
  const children: ChildProcess[] = [];
  const start = (entrypoint: string, extra: Record<string, string>): RunningStep => {
    const step = startStep(job, join(actionPath, entrypoint), extra, options, ours);
    children.push(step.child);
    return step;
  };
  const running = start(entrypoints.main, {});
  const done: { main?: Step; post?: Step } = {};
  const main = running.ended.then((step) => (done.main = step));
  options.onStart?.(running.child);
  const runPost = async (): Promise<Step> =>
    (done.post = await start(entrypoints.post, await stateOf(await main, running)).ended);
  return {
    child: running.child,
    temp,
    workspace,
    main,
    runPost,
    result() {
      if (done.main === undefined) throw new Error('main is still running.');
      return { ...done.main, post: done.post, canaries };
    },
    async [Symbol.asyncDispose]() {
      const isCutOff = isRunning(running.child);
      const killAll = (): void =>
        children.filter(isRunning).forEach((child) => child.kill('SIGKILL'));
      killAll();
      await main;
      const late = setTimeout(killAll, TIDY_MS);
      if (isCutOff) await runPost();
      clearTimeout(late);
      await rm(ours, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function readEntrypoints(actionPath: string): Promise<{ main: string; post: string }> {
  const action: unknown = parse(await readFile(join(actionPath, 'action.yml'), 'utf8'));
  return (action as { runs: { main: string; post: string } }).runs;
}

/** What `main` leaves to `post`: its state, and what it added to the job's environment. */
async function stateOf(main: Step, { files, env }: RunningStep): Promise<Record<string, string>> {
  const added = parseFileCommands(await readFile(files.env, 'utf8'));
  const folders = (await readFile(files.path, 'utf8')).split('\n').filter((line) => line !== '');
  const path = [...folders.toReversed(), env['PATH']].join(delimiter);
  const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]);
  return { ...added, PATH: path, ...Object.fromEntries(state) } as Record<string, string>;
}

interface RunningStep {
  child: ChildProcess;
  files: ReturnType<typeof makeCommandFiles>;
  env: Record<string, string>;
  ended: Promise<Step>;
}

function startStep(
  job: Job,
  entrypoint: string,
  extra: Record<string, string>,
  { onLine, user, node = process.execPath }: ActionOptions,
  ours: string,
): RunningStep {
  const files = makeCommandFiles(job.temp);
  const env = { ...stepEnvironment(job, files), ...extra };
  if (user !== undefined) giveTo(user, ours);
  const log = openLog([job.github.token]);
  const startedAt = Date.now();
  const child = spawn(node, [entrypoint], {
    ...user,
    cwd: job.workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      const shown = log.read(line);
      if (shown !== undefined) onLine?.(shown);
    });
  }
  const ended = exitOf(child).then(async ({ exitCode, signal }) => {
    const endedAt = Date.now();
    const outputs = await readCommands(files.output, log);
    const state = await readCommands(files.state, log);
    const summary = await readSummary(files.summary);
    const { annotations, masks } = log;
    const told = { log: log.text(), annotations, masks, outputs, state, summary };
    return { exitCode, signal, startedAt, endedAt, ...told };
  });
  return { child, files, env, ended };
}

/** What is ours is that user's from then on. */
function giveTo({ uid, gid }: NonNullable<ActionOptions['user']>, folder: string): void {
  lchownSync(folder, uid, gid);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, name), uid, gid);
  }
}

/** A broken file (a process that was killed while it wrote) is an error in the log, as on GitHub. */
async function readCommands(file: string, log: Log): Promise<Record<string, string>> {
  try {
    return parseFileCommands(await readFile(file, 'utf8'));
  } catch (error) {
    log.read(`::error::${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

async function readSummary(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  return Buffer.byteLength(text) > SUMMARY_BYTES ? '' : text;
}

/** The runner waits for the process itself; what it left behind may hold its pipes open. */
function exitOf(child: ChildProcess): Promise<Pick<Step, 'exitCode' | 'signal'>> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exitCode, signal) => {
      const pipesClosed = new Promise<void>((closed) => child.on('close', () => closed()));
      const patience = new Promise<void>((over) => setTimeout(over, DRAIN_MS).unref());
      void Promise.race([pipesClosed, patience]).then(() => resolve({ exitCode, signal }));
    });
  });
}
