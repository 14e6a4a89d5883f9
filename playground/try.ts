// npm run try: the bundled action on a sample mention, with the real OpenCode and no key.
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse } from 'yaml';

import { type ActionOptions, type RunningAction, startAction } from './runner.ts';
import { toolCache } from './opencode.ts';
import { readTryOptions, type TryOptions, tryUsage, UsageError } from './options.ts';
import { eventNameOf, type Payload, readPayload } from './seed.ts';
import {
  createTimeline,
  describeOutcome,
  describeWrite,
  heading,
  showMarkdown,
  showThread,
} from './show.ts';
import { openStage, type Stage } from './stage.ts';
import { followWords } from './words.ts';

const root = join(import.meta.dirname, '..');
const samplePath = join(root, 'examples/act/issue-comment.json');
/** What else of this environment a runner would have: providers' keys, proxies, npm's settings. */
const passedOn =
  /_API_KEY$|^(AWS|AZURE|GOOGLE|CLOUDFLARE|NPM_CONFIG)_|^(HTTPS?|NO|ALL)_PROXY$|^NODE_EXTRA_CA_CERTS$/i;
/** The outcomes that pass the step. */
const passing = ['success', 'skipped'];

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nWhat there is: npm run try -- --help`);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const options = readTryOptions(args, await inputNames());
  if (options.help) {
    console.log(tryUsage);
    return 0;
  }
  const payload = await readEvent(options);
  await checkBundle();
  await using stage = await openStage(payload);
  const say = createTimeline((line) => console.log(line));
  announce(options, payload, say);
  watch(stage, say);
  const startedAt = performance.now();
  await using action = await startAction(actionOptions(options, payload, stage, say));
  using _ = passSignalsOn(action, say);
  await finishRun(action, say);
  const seconds = (performance.now() - startedAt) / 1000;
  const { outputs, summary } = action.result();
  if (stage.thread !== undefined) {
    console.log(
      heading('The thread as it now stands') + showThread(stage.github.thread(stage.thread)),
    );
  } else console.log(heading('The step summary') + showMarkdown(summary));
  console.log(heading('The run') + describeOutcome(outputs, seconds));
  return passing.includes(outputs['outcome'] ?? '') ? 0 : 1;
}

/** `main` with the agent's words as they come, and `post` after it. */
async function finishRun(
  action: RunningAction,
  say: (who: string, line: string) => void,
): Promise<void> {
  {
    await using _ = followWords(action.temp, (line) => say('agent', line));
    await action.main;
  }
  await action.runPost();
}

async function inputNames(): Promise<string[]> {
  const action: unknown = parse(await readFile(join(root, 'action.yml'), 'utf8'));
  return Object.keys((action as { inputs: Record<string, unknown> }).inputs);
}

async function readEvent({ event, prompt }: TryOptions): Promise<Payload> {
  let payload: Payload;
  try {
    payload = readPayload(await readFile(event ?? samplePath, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--event "${event}" is not a webhook payload. ${why}`, { cause: error });
  }
  if (event !== undefined || payload.comment === undefined) return payload;
  payload.comment.created_at = new Date().toISOString();
  if (prompt !== undefined) payload.comment.body = `/oc ${prompt}`;
  return payload;
}

/** The bundle is what runs, not the source: says so where it is missing or older. */
async function checkBundle(): Promise<void> {
  const bundle = await stat(join(root, 'dist/main/index.js')).catch(() => undefined);
  if (bundle === undefined) throw new UsageError('dist/ is missing. Build it: npm run build');
  const files = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const sources = files.filter((file) => file.isFile());
  const times = await Promise.all(
    sources.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).mtimeMs),
  );
  // A fresh clone writes both within seconds of each other, in no order that means anything.
  if (Math.max(...times) - bundle.mtimeMs < 60_000) return;
  console.warn('src/ is newer than dist/, and dist/ is what runs. Build it: npm run build');
}

function announce(
  { model, isRemote, inputs }: TryOptions,
  { comment, sender }: Payload,
  say: (who: string, line: string) => void,
): void {
  if (comment !== undefined) say(sender?.login ?? 'somebody', comment.body ?? '');
  if (isRemote) return say('model', `what the server at ${inputs['server-url']} uses`);
  if (model !== undefined) return say('model', `${model}, with the keys of this environment`);
  const key = Object.keys(process.env).find((name) => name.endsWith('_API_KEY'));
  const hint = key === undefined ? '' : `; ${key} is used with --model provider/model only`;
  say('model', `a scripted one, no key is needed${hint}`);
}

function watch({ github, model }: Stage, say: (who: string, line: string) => void): void {
  github.faults = (request) => {
    const write = describeWrite(request);
    if (write !== undefined) say('github', write);
    return undefined;
  };
  model.onRequest = (_, index) => {
    say('model', index === 0 ? 'is asked, and calls a tool' : 'is asked again, and answers');
  };
}

function actionOptions(
  { model, isRemote, inputs, eventName }: TryOptions,
  payload: Payload,
  stage: Stage,
  say: (who: string, line: string) => void,
): ActionOptions {
  const isScripted = model === undefined && !isRemote;
  const binary = process.env['MENTION_LOOP_TEST_OPENCODE'];
  const scripted = {
    model: 'scripted/test',
    'opencode-config': JSON.stringify(stage.model.config),
  };
  const env = Object.entries(process.env).filter(([name]) => passedOn.test(name));
  return {
    event: {
      name: eventName ?? eventNameOf(payload),
      payload,
      number: stage.thread ?? 0,
      actor: payload.sender?.login ?? 'ada',
    },
    github: stage.github,
    inputs: {
      ...(isScripted && scripted),
      ...(binary !== undefined && !isRemote && { 'opencode-path': binary }),
      ...inputs,
    },
    env: { ...(Object.fromEntries(env) as Record<string, string>), RUNNER_TOOL_CACHE: toolCache },
    workspace: stage.sample.directory,
    onLine: (line) => say('action', line),
  };
}

/**
 * Ctrl-C and SIGTERM cancel the run as GitHub does: SIGINT, 7.5 s later SIGTERM, 2.5 s later the
 * end; `post` runs all the same, and the thread is shown.
 */
function passSignalsOn(
  { child }: RunningAction,
  say: (who: string, line: string) => void,
): Disposable {
  let isCancelled = false;
  const cancel = (): void => {
    // npm, the launcher and the terminal each send their own.
    if (isCancelled) return;
    isCancelled = true;
    say('runner', 'cancelled: the action gets SIGINT, and time to finish');
    void escalate();
  };
  const escalate = async (): Promise<void> => {
    child.kill('SIGINT');
    await sleep(7_500, undefined, { ref: false });
    child.kill('SIGTERM');
    await sleep(2_500, undefined, { ref: false });
    child.kill('SIGKILL');
  };
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  return { [Symbol.dispose]: () => process.off('SIGINT', cancel).off('SIGTERM', cancel) };
}
