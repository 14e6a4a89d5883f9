import { spawn } from 'node:child_process';
import { access, constants, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { testBinary } from './opencode.ts';
import { eventNameOf, readPayload } from './seed.ts';
import { openStage, type Stage } from './stage.ts';

const root = join(import.meta.dirname, '..');

/** The events that `examples/act` has a payload for. */
export const actEvents = ['issue-comment', 'pull-comment', 'dispatch'] as const;

/** One of `actEvents`. */
export type ActEvent = (typeof actEvents)[number];

/** Path of `act`: `MENTION_LOOP_ACT`, else the one on `PATH`; undefined where there is none. */
export async function findAct(): Promise<string | undefined> {
  const given = process.env['MENTION_LOOP_ACT'] ?? '';
  const name = process.platform === 'win32' ? 'act.exe' : 'act';
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = given === '' ? folders.map((folder) => join(folder, name)) : [given];
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** How a workflow went under act. */
export interface ActRun {
  /** act's own exit code: 0 where the job succeeded. */
  code: number;
  output: string;
  /** The thread as it stood afterwards; empty where the event has none. */
  thread: string;
  /** What the emulator found wrong with the requests that it got. */
  violations: string[];
}

/**
 * Runs `examples/act/workflow.yml` under act on this machine, without Docker, with the event of
 * that name: the emulator is GitHub, a scripted model answers, the bundled action and OpenCode are
 * real. `print` gets act's output as it comes.
 */
export async function runAct(
  act: string,
  event: ActEvent,
  print: (text: string) => void = () => {},
): Promise<ActRun> {
  const payload = readPayload(await readFile(join(root, `examples/act/${event}.json`), 'utf8'));
  await using stage = await openStage(payload);
  await stageAction(stage);
  const args = [eventNameOf(payload), ...(await argumentsFor(stage, event))];
  let output = '';
  const code = await spawned(act, args, stage, (text) => {
    output += text;
    print(text);
  });
  const { github, thread } = stage;
  const shown = thread === undefined ? '' : github.thread(thread);
  return { code, output, thread: shown, violations: github.violations };
}

/** The action as it is published, and an empty configuration (act asks questions where it has none). */
async function stageAction({ folder }: Stage): Promise<void> {
  await cp(join(root, 'action.yml'), join(folder, 'action', 'action.yml'));
  await cp(join(root, 'dist'), join(folder, 'action', 'dist'), { recursive: true });
  await mkdir(join(folder, 'config', 'act'), { recursive: true });
  await writeFile(join(folder, 'config', 'act', 'actrc'), '');
}

async function argumentsFor(
  { folder, sample, github, model }: Stage,
  event: ActEvent,
): Promise<string[]> {
  const env = {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_REPOSITORY: github.state.fullName,
  };
  const vars = {
    MODEL: 'scripted/test',
    OPENCODE_CONFIG: JSON.stringify(model.config),
    OPENCODE_PATH: await testBinary(),
  };
  const flags = [
    ['platform', 'ubuntu-latest=-self-hosted'],
    ['directory', sample.directory],
    ['workflows', join(root, 'examples/act/workflow.yml')],
    ['eventpath', join(root, `examples/act/${event}.json`)],
    ['local-repository', `mention-loop/mention-loop@v1=${join(folder, 'action')}`],
    ['secret', `GITHUB_TOKEN=${github.token}`],
    ...Object.entries(env).map(([name, value]) => ['env', `${name}=${value}`]),
    ...Object.entries(vars).map(([name, value]) => ['var', `${name}=${value}`]),
  ];
  return ['--no-cache-server', ...flags.flatMap(([flag = '', value = '']) => [`--${flag}`, value])];
}

function spawned(
  act: string,
  args: string[],
  { folder }: Stage,
  print: (text: string) => void,
): Promise<number> {
  const child = spawn(act, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // act runs actions with the `node` that it finds: ours is the Node 24 that they ask for.
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_CACHE_HOME: join(folder, 'cache'),
    },
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', print);
  const end = Promise.withResolvers<number>();
  child.once('error', end.reject);
  child.once('close', (code) => end.resolve(code ?? 1));
  return end.promise;
}
