/** A real S3 server, where it is on this machine: MinIO, as `node scripts/minio.ts` installs it. */
import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { callObject, type S3Place } from '../src/lock/s3-client.ts';

/** The version that tests are run against, as the module of that name has it. */
export const minioModule = 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c';

/** Where it is installed to. */
export const minioFolder = join(
  import.meta.dirname,
  '..',
  '.cache',
  'tools',
  minioModule.replaceAll(/[/@]/g, '-'),
);

/** Path of MinIO: `MENTION_LOOP_TEST_MINIO`, else the installed one; undefined where there is none. */
export async function findMinio(): Promise<string | undefined> {
  const given = process.env['MENTION_LOOP_TEST_MINIO'] ?? '';
  const path = given === '' ? join(minioFolder, 'minio') : given;
  return access(path, constants.X_OK).then(
    () => path,
    () => undefined,
  );
}

/** A server with one empty bucket; `place` has the credentials to it. */
export interface Minio extends AsyncDisposable {
  place: S3Place;
}

/** Starts MinIO on a free loopback port, with all that it writes in a folder that goes with it. */
export async function startMinio(path: string): Promise<Minio> {
  const folder = await mkdtemp(join(tmpdir(), 'minio-'));
  const address = `127.0.0.1:${await freePort()}`;
  const [accessKeyId, secretAccessKey] = ['playground', `minio-${crypto.randomUUID()}`];
  const flags = ['--quiet', '--anonymous', '--certs-dir', join(folder, 'certs')];
  const child = spawn(path, ['server', ...flags, '--address', address, join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      HOME: folder,
      MINIO_BROWSER: 'off',
      MINIO_ROOT_USER: accessKeyId,
      MINIO_ROOT_PASSWORD: secretAccessKey,
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const place: S3Place = {
    bucket: 'locks',
    prefix: '',
    region: 'us-east-1',
    endpoint: `http://${address}`,
    credentials: { accessKeyId, secretAccessKey, sessionToken: undefined },
  };
  const minio: Minio = {
    place: { ...place, prefix: 'mention-loop' },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
  while (child.exitCode === null) {
    if (await makeBucket(place)) return minio;
    await sleep(100);
  }
  await minio[Symbol.asyncDispose]();
  throw new Error(`MinIO did not start: ${log}`);
}

/** To put nothing under no name makes the bucket. It is refused until the server is ready. */
async function makeBucket(place: S3Place): Promise<boolean> {
  const signal = AbortSignal.timeout(60_000);
  const made = callObject(place, { method: 'PUT', name: '' }, signal).catch(() => undefined);
  return (await made)?.status === 200;
}

/** MinIO does not say which port it got. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
