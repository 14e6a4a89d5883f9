import { ActionError } from '../errors.ts';
import { type Address, exchange, refusal } from './client.ts';
import { readConfigError } from './config-error.ts';
import { fetchVersion } from './health.ts';
import { retry } from './retry.ts';
import type { Server } from './server.ts';

/** A server that is already running, and the repository's path on its disk. */
export interface RemoteOptions extends Address {
  directory: string;
  signal: AbortSignal;
}

/**
 * Attaches to a server, after it was seen to answer, to accept the credentials and to have the
 * directory; what fails in a way that may pass is asked again. Throws `server-unreachable`, `server-unauthorized` and `directory-not-found`, and
 * `invalid-input` where OpenCode cannot use the configuration that it finds there.
 */
export async function attachRemote(options: RemoteOptions): Promise<Server> {
  const { url, headers, directory, signal } = options;
  const version = await fetchVersion(options, signal);
  await retry(() => proveDirectory(options, signal), signal);
  const dispose = (): Promise<void> => Promise.resolve();
  return { url, headers, version, directory, pid: undefined, [Symbol.asyncDispose]: dispose };
}

/** Any directory is a project to OpenCode, there or not; only reading one tells (200 or 500). */
async function proveDirectory(address: RemoteOptions, signal: AbortSignal): Promise<void> {
  const query = { path: '.' };
  const call = { method: 'GET', path: '/file', query, loadsProject: true } as const;
  const { status, body } = await exchange(address, call, signal);
  if (status === 200) return;
  const wrongConfig = readConfigError(body);
  if (wrongConfig !== undefined) throw wrongConfig;
  if (status !== 500 && status !== 400 && status !== 404) throw refusal(address, call, status);
  throw new ActionError(
    'directory-not-found',
    `The server at ${address.url} has no directory "${address.directory}".`,
    {
      hint: "Set `server-directory` to the repository's path on that server.",
    },
  );
}
