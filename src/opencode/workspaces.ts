import { setTimeout as pause } from 'node:timers/promises';

import { ActionError } from '../errors.ts';
import { requestMs, workspaceBusyMs } from '../limits.ts';
import { type Address, type Call, exchange, refusal, unreachable, urlOf } from './client.ts';
import { retry } from './retry.ts';
import { isRecord } from './shapes.ts';

/** A server of `serve`'s: no directory of it is meant yet. */
export type Front = Pick<Address, 'url' | 'headers'>;

/** A workspace on a server, and what lies in it. */
export interface RemoteWorkspace {
  key: string;
  /** Its absolute path there. */
  directory: string;
  /** The tree that was laid out, in the server's words. */
  tree: string;
}

/** What is sent: a tar stream, which is begun anew where it must be sent again. */
export interface Sending {
  key: string;
  /** The tree that must come of it; undefined: whatever comes. */
  tree: string | undefined;
  read: (signal: AbortSignal) => AsyncIterable<Buffer>;
}

/** Pause where a server does not say how long it is busy for. */
const busyPauseMs = 5_000;

/**
 * Whether a server is one of `serve`'s that lays out workspaces: OpenCode itself, and a front that
 * was not told to, answer in other ways. Throws what `request` throws for a server that cannot be
 * reached, or does not let us in.
 */
export async function hasWorkspaces(front: Front, signal: AbortSignal): Promise<boolean> {
  const call = { method: 'GET', path: '/workspaces' } as const;
  const address = { ...front, directory: undefined };
  return await retry(async () => {
    const { status, body } = await exchange(address, call, signal);
    if (status === 401 || status === 429 || status === 502 || status === 503)
      throw refusal(address, call, status);
    if (status !== 200) return false;
    return isRecord(parse(body)?.['workspaces']);
  }, signal);
}

/**
 * Has a snapshot laid out, in place of what was there by its key. A workspace in which another run is
 * still at work, and a server that is busy, are waited for, `workspaceBusyMs` long. Throws
 * `server-unreachable` where there is no room, where the server refuses what was sent, or where
 * something else came of it, and what `request` throws.
 */
export async function openRemoteWorkspace(
  front: Front,
  sending: Sending,
  signal: AbortSignal,
): Promise<RemoteWorkspace> {
  const giveUpAt = performance.now() + workspaceBusyMs;
  for (;;) {
    const answer = await send(front, sending, signal);
    if (answer.status === 200) return readLaid(front, sending, answer.body);
    const isBusy = answer.status === 409 || answer.status === 429;
    if (!isBusy || performance.now() > giveUpAt) throw failure(front, answer);
    await pauseAsTold(answer.retryAfter, signal);
  }
}

async function pauseAsTold(retryAfter: string | null, signal: AbortSignal): Promise<void> {
  const seconds = Number(retryAfter ?? '');
  const pauseMs = seconds > 0 ? Math.min(seconds * 1_000, busyPauseMs) : busyPauseMs;
  await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

interface Answer {
  status: number;
  body: string;
  retryAfter: string | null;
}

async function send(front: Front, { key, read }: Sending, signal: AbortSignal): Promise<Answer> {
  const call = { method: 'PUT', path: `/workspaces/${key}` } as const;
  const address = { ...front, directory: undefined };
  signal.throwIfAborted();
  try {
    const response = await fetch(urlOf(address, call), {
      method: 'PUT',
      headers: { ...front.headers, 'content-type': 'application/x-tar' },
      body: ReadableStream.from(read(signal)),
      duplex: 'half',
      redirect: 'manual',
      signal,
    });
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, body: await response.text(), retryAfter };
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    // What the checkout could not give is no fault of the server's.
    if (cause instanceof Error && cause.name === 'GitError') throw cause;
    throw unreachable(address, call, error, signal);
  }
}

function readLaid({ url }: Front, { key, tree }: Sending, body: string): RemoteWorkspace {
  const laid = parse(body) ?? {};
  const { directory, tree: there } = laid;
  if (typeof directory !== 'string' || !directory.startsWith('/') || typeof there !== 'string')
    throw new ActionError(
      'server-unreachable',
      `What answers at ${url} is not \`serve\`: it laid out no workspace.`,
      { hint: 'Check `server-url`, and that no proxy answers in its place.' },
    );
  if (tree !== undefined && tree !== there)
    throw new ActionError(
      'server-unreachable',
      `The server at ${url} laid out something else than the commit that was sent (tree ${there.slice(0, 40)}, not ${tree}).`,
      { hint: 'Is it the same version of Mention Loop as the action?' },
    );
  return { key, directory, tree: there };
}

function failure(front: Front, { status, body }: Answer): ActionError {
  const said = body.trim().split('\n')[0]?.slice(0, 300) ?? '';
  const { url } = front;
  const fail = (message: string, hint: string): ActionError =>
    new ActionError('server-unreachable', message, { hint });
  if (status === 409)
    return fail(
      `The workspace of this thread at ${url} is in use by another run.`,
      'Wait for that run to end, then ask again.',
    );
  if (status === 507)
    return fail(
      `The server at ${url} has no room for another workspace.`,
      'Raise `--workspaces-quota` or `--workspaces-max` of `serve`.',
    );
  if (status === 413 || status === 422)
    return fail(
      `The server at ${url} refused the snapshot of the repository: ${said}`,
      status === 413
        ? 'Raise `--workspace-size` or `--workspace-files` of `serve`.'
        : 'Or keep a checkout on the server, and name it in `server-directory`.',
    );
  return refusal(
    { ...front, directory: undefined },
    { method: 'PUT', path: '/workspaces' },
    status,
  );
}

/**
 * The patch of what was changed in a workspace since it was laid out, as `git apply` takes it; empty
 * where nothing was. It is all that there is of the agent's work: a server that is busy is waited for,
 * `workspaceBusyMs` long, and one that does not answer is asked again. Throws `server-unreachable`
 * where it is larger than `maxBytes`, where the workspace is there no more or holds something else by
 * now, and what `request` throws.
 */
export async function readRemotePatch(
  front: Front,
  workspace: RemoteWorkspace,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const giveUpAt = performance.now() + workspaceBusyMs;
  for (;;) {
    const read = await retry(() => readPatchOnce(front, workspace, maxBytes, signal), signal);
    if (Buffer.isBuffer(read)) return read;
    if (performance.now() > giveUpAt) throw lost(front, read.status);
    await pauseAsTold(read.retryAfter, signal);
  }
}

type Busy = Pick<Answer, 'status' | 'retryAfter'>;

async function readPatchOnce(
  front: Front,
  { key, tree }: RemoteWorkspace,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer | Busy> {
  const call: Call = { method: 'GET', path: `/workspaces/${key}/patch` };
  const address = { ...front, directory: undefined };
  const late = AbortSignal.any([signal, AbortSignal.timeout(requestMs * 20)]);
  try {
    const response = await fetch(urlOf(address, call), {
      headers: front.headers,
      redirect: 'manual',
      signal: late,
    });
    const { status, headers } = response;
    if (status === 409 || status === 429) return { status, retryAfter: headers.get('retry-after') };
    if (status !== 200) throw lost(front, status);
    if (headers.get('mention-loop-tree') !== tree) throw lost(front, 404);
    return await readAll(response, maxBytes, front);
  } catch (error) {
    if (error instanceof ActionError) throw error;
    throw unreachable(address, call, error, signal);
  }
}

async function readAll(response: Response, maxBytes: number, { url }: Front): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > maxBytes)
      throw new ActionError(
        'server-unreachable',
        `What the agent changed at ${url} is a patch of more than ${maxBytes} bytes.`,
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function lost(front: Front, status: number): ActionError {
  if (status === 404)
    return new ActionError(
      'server-unreachable',
      `The workspace at ${front.url} is there no more, or was laid out anew: what the agent changed in it is lost.`,
    );
  if (status === 413)
    return new ActionError(
      'server-unreachable',
      `What the agent changed at ${front.url} is more than the server gives.`,
      { hint: 'Raise `--workspace-size` of `serve`.' },
    );
  return refusal(
    { ...front, directory: undefined },
    { method: 'GET', path: '/workspaces/:workspace/patch' },
    status,
  );
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(body);
    return isRecord(read) ? read : undefined;
  } catch {
    return undefined;
  }
}
