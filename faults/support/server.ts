import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ModelRequest, startModel } from '../../playground/model.ts';
import { startOpenCode } from '../../playground/opencode.ts';
import { refuse, type Step } from '../../playground/script.ts';

/** What answers the requests of one run, found by its key in the prompt. */
export type Speaker = (request: ModelRequest) => Step;

/** A real OpenCode with a scripted model, shared by the runs of a suite. */
export interface SharedServer extends AsyncDisposable {
  url: string;
  /** By key: `run-` and letters, digits or dashes. */
  speakers: Map<string, Speaker>;
  /** Lends a directory that no other run uses meanwhile: a stream has all events of its directory. */
  lend(): Promise<{ directory: string } & Disposable>;
}

/** Starts model and server. */
export async function startShared(): Promise<SharedServer> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'mention-loop-faults-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const speakers = new Map<string, Speaker>();
  const model = stack.use(
    await startModel((request) => {
      const key = /run-[\w-]*\w/.exec(request.prompt)?.[0]?.replace(/-child$/, '') ?? '';
      return speakers.get(key)?.(request) ?? refuse(400, `No run "${key}".`);
    }),
  );
  const options = { config: model.config, directory: folder, home: join(folder, 'home') };
  const server = stack.use(await startOpenCode(options));
  const free: string[] = [];
  let made = 0;
  const owned = stack.move();
  return {
    url: server.url,
    speakers,
    lend: async () => {
      const directory = free.pop() ?? join(folder, `repository-${(made += 1)}`);
      await mkdir(directory, { recursive: true });
      return { directory, [Symbol.dispose]: () => void free.push(directory) };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
