/** A front with workspaces in this process, and requests about them. */
import { mkdtemp, mkdir, realpath, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import type { TarLimits } from '../../src/serve/workspaces/read-tar.ts';
import {
  type StoreOptions,
  type Workspaces,
  openWorkspaces,
} from '../../src/serve/workspaces/store.ts';
import { openScene, type Scene, secrets } from './setting.ts';

export interface Answered {
  status: number;
  body: string;
  bytes: Buffer;
  headers: Record<string, unknown>;
}

export interface SpacesScene extends Scene {
  directory: string;
  state: string;
  store: Workspaces;
  /** Directories that OpenCode was told to forget. */
  forgotten: string[];
  put(
    key: string,
    content: AsyncIterable<Buffer> | Iterable<Buffer>,
    as?: string,
  ): Promise<Answered>;
  ask(method: string, path: string, as?: string): Promise<Answered>;
}

/** Opens it; its folders go with it, unless they are given. */
export async function openFrontWith(
  options: Partial<StoreOptions> & { bounds?: Partial<TarLimits> } = {},
): Promise<SpacesScene> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'spaces-')));
  const { bounds, ...given } = options;
  const forgotten: string[] = [];
  const all: StoreOptions = {
    directory: join(folder, 'workspaces'),
    state: join(folder, 'state'),
    path: process.env['PATH'] ?? '',
    limits: { bytes: 64 * 1024 ** 2, entries: 1_000, silenceMs: 60_000, ...bounds },
    quota: { bytes: 1024 ** 3, count: 10 },
    isAtWork: () => false,
    forget: (directory) => Promise.resolve(void forgotten.push(directory)),
    ...given,
  };
  await mkdir(all.directory, { recursive: true });
  const store = await openWorkspaces(all);
  const scene = await openScene({ setting: { workspaces: store } });
  const put: SpacesScene['put'] = (key, content, as = secrets.ci) =>
    send(scene.port, 'PUT', `/workspaces/${key}`, as, Readable.from(content));
  const { [Symbol.asyncDispose]: close } = scene;
  return Object.assign(scene, {
    directory: all.directory,
    state: all.state,
    store,
    forgotten,
    put,
    ask: (method: string, path: string, as = secrets.ci) => send(scene.port, method, path, as),
    [Symbol.asyncDispose]: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  });
}

function send(
  port: number,
  method: string,
  path: string,
  token: string,
  body?: Readable,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, connection: 'close' };
    const outgoing = request({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        const bytes = Buffer.concat(pieces);
        const { statusCode: status = 0, headers: said } = answer;
        resolve({ status, bytes, body: bytes.toString('utf8'), headers: said });
      });
    });
    outgoing.on('error', reject);
    if (body === undefined) outgoing.end();
    else body.on('error', reject).pipe(outgoing);
  });
}
