import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';

import { type Answer, answers, send } from '../answers.ts';
import type { Exchange, Setting } from '../exchange.ts';
import { bodyBytes } from '../forward.ts';
import { keyChars, refusedReadMs, workspaceJobs } from '../limits.ts';
import { pump } from '../pump.ts';
import type { Target } from '../target.ts';
import type { Token } from '../tokens.ts';
import { Refused } from './read-tar.ts';
import type { Unavailable, Workspaces } from './store.ts';

/** A request about workspaces, of somebody who is let in. */
interface Asked {
  exchange: Exchange;
  setting: Setting;
  workspaces: Workspaces;
  token: Token;
  key: string;
  /** Fires when the client is gone. */
  signal: AbortSignal;
}

const keyShape = new RegExp(`^[a-z\\d][a-z\\d-]{0,${keyChars - 1}}$`);

/** Answers what is asked of workspaces; OpenCode does not hear of it. */
export async function answerWorkspaces(
  exchange: Exchange,
  { segments, search }: Target,
  setting: Setting,
  workspaces: Workspaces,
): Promise<void> {
  const { request, response, token } = exchange;
  const [, key, last] = segments;
  const path = ['/workspaces', key === undefined ? '' : '/:workspace', last ?? ''];
  const template = path.join(last === undefined ? '' : '/').replace('//', '/');
  const route = `${request.method} ${segments.length > 3 ? '' : template}`;
  const answer = routes.get(route);
  if (answer === undefined || token === undefined) return send(response, answers.forbidden, true);
  exchange.route = template;
  if (search !== '' || (key !== undefined && !keyShape.test(key)))
    return send(response, answers.malformed, true);
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('The client went away.')));
  const { signal } = gone;
  await answer({ exchange, setting, workspaces, token, key: key ?? '', signal });
}

const routes = new Map<string, (asked: Asked) => Promise<void> | void>([
  ['GET /workspaces', tell],
  ['PUT /workspaces/:workspace', (asked) => inTurn(asked, put)],
  ['GET /workspaces/:workspace/patch', (asked) => inTurn(asked, patch)],
  ['DELETE /workspaces/:workspace', remove],
]);

/** What a client asks first: that there are any, and what fits in. */
function tell({ exchange, workspaces }: Asked): void {
  const { bytes, entries } = workspaces.limits;
  sendJson(exchange.response, 200, { workspaces: { maxBytes: bytes, maxFiles: entries } });
}

async function inTurn(asked: Asked, work: (asked: Asked) => Promise<void>): Promise<void> {
  const { exchange, setting } = asked;
  if (setting.jobs >= workspaceJobs) return await refuse(exchange, answers.manyJobs);
  setting.jobs += 1;
  try {
    await work(asked);
  } catch (error) {
    if (asked.signal.aborted) return;
    const isTheirs = error instanceof Refused;
    if (!isTheirs) setting.report.trouble(error);
    const answer = isTheirs ? { status: error.status, body: error.message } : answers.noWorkspace;
    await refuse(exchange, answer);
  } finally {
    setting.jobs -= 1;
  }
}

async function put({ exchange, workspaces, token, key, signal }: Asked): Promise<void> {
  const { request, response, count } = exchange;
  if ((bodyBytes(request) ?? 0) > workspaces.limits.bytes)
    return await refuse(exchange, answers.tooLarge);
  if (request.headers['content-encoding'] !== undefined)
    return await refuse(exchange, answers.notPlain);
  exchange.isUpload = true;
  if (exchange.waitsForContinue) response.writeContinue();
  const snapshot = { source: request, count: (bytes: number) => (count.bytesIn += bytes) };
  const laid = await workspaces.put(token, key, snapshot, signal);
  if (typeof laid === 'string') return await refuse(exchange, unavailable[laid]);
  const { directory, commit, tree } = laid;
  sendJson(response, 200, { directory, commit, tree });
}

async function patch({ exchange, workspaces, token, key, signal }: Asked): Promise<void> {
  const { response, count } = exchange;
  const made = await workspaces.patch(token, key, signal);
  if (made === undefined) return send(response, answers.unknownWorkspace, true);
  if (typeof made === 'string') return send(response, unavailable[made], true);
  await using file = made;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': file.bytes,
    'cache-control': 'no-store',
    'mention-loop-tree': file.tree,
  });
  const source = createReadStream(file.path);
  source.on('error', () => response.destroy());
  pump(source, response, { onBytes: (bytes) => (count.bytesOut += bytes) > 0 });
  await new Promise((resolve) => response.once('close', resolve));
}

async function remove({ exchange, workspaces, token, key }: Asked): Promise<void> {
  const removed = await workspaces.remove(token, key);
  if (typeof removed === 'string') return send(exchange.response, unavailable[removed], true);
  if (!removed) return send(exchange.response, answers.unknownWorkspace, true);
  exchange.response.writeHead(204).end();
}

const unavailable: Record<Unavailable, Answer> = {
  'in-use': answers.workspaceInUse,
  full: answers.workspacesFull,
};

/**
 * Says no before all of a snapshot has come. What is left of it is read for a while: a connection
 * that is closed on a client in mid-word takes our answer with it (RFC 9112, section 9.6).
 */
async function refuse({ request, response }: Exchange, answer: Answer): Promise<void> {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = `${answer.body}\n`;
  response.writeHead(answer.status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
    connection: 'close',
  });
  response.write(text);
  if (!request.complete) {
    request.resume();
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, refusedReadMs);
      for (const event of ['end', 'close'])
        request.once(event, () => {
          clearTimeout(late);
          resolve();
        });
    });
  }
  response.end();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
