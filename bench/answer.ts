// From the end of the agent's turn to the answer on the thread.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import * as v from 'valibot';

import { startOpenCode } from '../playground/opencode.ts';
import { type Figure, median } from './figure.ts';
import { isComment, openSetting, type Setting, startMention, timeOf, warmUp } from './setting.ts';

const mostMs = 300;
const record = v.array(
  v.object({ info: v.object({ time: v.object({ completed: v.optional(v.number()) }) }) }),
);

/** An OpenCode server that is watched beside the action. */
interface Watched {
  /** What makes the action use it. */
  inputs: Record<string, string>;
  /** `Date.now()` when the latest `session.idle` came. */
  idleAt: number;
  /** `time.completed` of a session's last message. */
  completedAt(sessionId: string): Promise<number>;
}

/** Measures `runs` answers with a server that runs already, watched by a second client. */
export async function measureAnswer(runs: number): Promise<Figure> {
  await using setting = await openSetting();
  await warmUp(setting);
  const password = randomUUID();
  const { model, workspace, folder } = setting;
  const home = join(folder, 'server');
  await using server = await startOpenCode({
    config: model.config,
    directory: workspace,
    home,
    password,
  });
  const watched = await watch(server.url, password, workspace);
  await timeAnswer(setting, watched);
  const times: Record<'record' | 'idle' | 'words', number>[] = [];
  for (let run = 0; run < runs; run += 1) times.push(await timeAnswer(setting, watched));
  const recorded = times.map(({ record: time }) => time);
  return {
    title: 'End of the turn to the answer on the thread',
    rows: [
      ["from `time.completed` in OpenCode's record", recorded],
      ['from `session.idle`, as another client gets it', times.map(({ idle }) => idle)],
      ["from the model's last words, with OpenCode's own share", times.map(({ words }) => words)],
    ],
    bars: [{ claim: 'Median from the record', value: median(recorded), most: mostMs, unit: 's' }],
  };
}

async function watch(url: string, password: string, directory: string): Promise<Watched> {
  const headers = { authorization: `Basic ${btoa(`opencode:${password}`)}` };
  const query = `directory=${encodeURIComponent(directory)}`;
  const get = (path: string): Promise<Response> => fetch(`${url}${path}?${query}`, { headers });
  const watched: Watched = {
    // On a machine this busy that a run takes ten seconds, a progress comment would be the first.
    inputs: {
      progress: 'none',
      'server-url': url,
      'server-password': password,
      'server-directory': directory,
    },
    idleAt: Number.NaN,
    completedAt: async (sessionId) => {
      const messages: unknown = await (await get(`/session/${sessionId}/message`)).json();
      return v.parse(record, messages).at(-1)?.info.time.completed ?? Number.NaN;
    },
  };
  const { body } = await get('/event');
  const listen = async (): Promise<void> => {
    for await (const chunk of body ?? []) {
      if (Buffer.from(chunk).includes('"session.idle"')) watched.idleAt = Date.now();
    }
  };
  // The stream breaks when the server is stopped, after the last run.
  listen().catch(() => {});
  return watched;
}

async function timeAnswer(
  setting: Setting,
  watched: Watched,
): Promise<Record<'record' | 'idle' | 'words', number>> {
  await using action = await startMention(setting, watched.inputs);
  const { outputs } = await action.main;
  const answeredAt = timeOf(setting, isComment);
  const completedAt = await watched.completedAt(outputs['session-id'] ?? '');
  return {
    record: answeredAt - completedAt,
    idle: answeredAt - watched.idleAt,
    words: answeredAt - setting.lastWordsAt,
  };
}
