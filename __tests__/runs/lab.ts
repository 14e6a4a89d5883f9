/** What whole runs of the bundled action share: a scripted model, a workspace, OpenCode servers. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ModelRequest, type Script, startModel } from '../../playground/model.ts';
import { type OpenCodeServer, startOpenCode, testBinary } from '../../playground/opencode.ts';
import { createSample, type Sample } from '../../playground/sample.ts';
import { refuse, type Step } from '../../playground/script.ts';

/** No run takes so long, on however busy a machine. */
export const busyMachineMs = 240_000;

/** Right-to-left text, a script with joined letters, emoji of several code points, and Markdown. */
export const greeting = `**پاسخ**: می‌شود \`greet('Ada')\` را خواند؛ سلام ‏۱۲۳.

नमस्ते दुनिया, क्षत्रिय — 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 é (e\u0301) 𝒳`;

/** What a file of tests shares. */
export interface Lab extends AsyncDisposable {
  /** A git repository with pull request 2 in it. */
  sample: Sample;
  /** A folder of its own for each test that needs one; it exists. */
  folder(): Promise<string>;
  /** Sets what the model answers from now on; `asked` begins anew. */
  answer(script: Script): void;
  /** What the model was asked since. */
  asked: ModelRequest[];
  /** Inputs of a run that starts its own server; `config` is laid over the model's. */
  local(config?: Record<string, unknown>): Promise<Record<string, string>>;
  /** Inputs of a run that attaches to a server with a password, started on first use. */
  remote(): Promise<Record<string, string>>;
  /** That server. */
  server(): Promise<OpenCodeServer>;
  /** What no comment, log or model may ever show. */
  secrets: string[];
}

/** Opens a lab; the server and the model end with it. */
export async function openLab(): Promise<Lab> {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'runs-'));
  stack.defer(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const sample = await createSample(join(root, 'repository'));
  let script: Script = [];
  const asked: ModelRequest[] = [];
  const next = (request: ModelRequest): Step | Promise<Step> => {
    const index = asked.push(request) - 1;
    if (typeof script === 'function') return script(request, index);
    return script[index] ?? refuse(400, `The script has no step ${index + 1}.`);
  };
  const model = stack.use(await startModel(next));
  const password = `password-${randomUUID()}`;
  let server: Promise<OpenCodeServer> | undefined;
  const start = async (): Promise<OpenCodeServer> => {
    const home = join(root, 'home');
    const place = { directory: sample.directory, home, config: model.config };
    return owned.use(await startOpenCode({ ...place, password }));
  };
  const owned = stack.move();
  return {
    sample,
    folder: async () => {
      const folder = join(root, randomUUID());
      await mkdir(folder);
      return folder;
    },
    answer: (given) => {
      script = given;
      asked.length = 0;
    },
    asked,
    local: async (config = {}) => ({
      'opencode-path': await testBinary(),
      'opencode-config': JSON.stringify({ ...model.config, ...config }),
    }),
    server: () => (server ??= start()),
    remote: async () => ({
      'server-url': (await (server ??= start())).url,
      'server-password': password,
      'server-directory': sample.directory,
    }),
    secrets: [password],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
