import { setTimeout as pause } from 'node:timers/promises';

import { answers, send } from './answers.ts';
import type { Exchange, Setting } from './exchange.ts';
import { countStreams } from './exchange.ts';
import { valuesOf } from './headers.ts';
import { headersMax, refusalsWaiting } from './limits.ts';
import { pass } from './pass.ts';
import { readTarget } from './target.ts';
import { digestOn, findToken, presentedBy } from './tokens.ts';
import { answerWorkspaces } from './workspaces/answer.ts';

/**
 * Takes one request: the two open endpoints, then the token, and only then anything that depends on
 * what was asked for.
 */
export async function admit(exchange: Exchange, setting: Setting): Promise<void> {
  const { request, response } = exchange;
  if (request.method === 'GET' && request.url === '/healthz') {
    exchange.route = '/healthz';
    return send(response, answers.alive, false);
  }
  if (request.method === 'GET' && request.url === '/readyz') {
    exchange.route = '/readyz';
    const isReady = !setting.isDraining && (await setting.isReady());
    return send(response, isReady ? answers.ready : answers.notReady, false);
  }
  const authorizations = valuesOf(request.rawHeaders, 'authorization');
  const digest = digestOn(request.socket, presentedBy(authorizations));
  exchange.token = findToken(setting.tokens, digest);
  if (exchange.token === undefined) return await refuse(exchange, setting);
  setting.open.add(exchange);
  await take(exchange, setting);
}

/** One answer for a token that is missing, wrong or was taken away, later and later by address. */
async function refuse({ request, response }: Exchange, setting: Setting): Promise<void> {
  setting.report.count('refused');
  const delayMs = setting.delays.refuse(request.socket.remoteAddress ?? '');
  if (setting.waiting >= refusalsWaiting) return void request.destroy();
  setting.waiting += 1;
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  await pause(delayMs, undefined, { signal: gone.signal }).catch(() => {});
  setting.waiting -= 1;
  send(response, answers.unauthorized, true);
}

/** A request of somebody who is let in: is it a request that we understand? */
async function take(exchange: Exchange, setting: Setting): Promise<void> {
  const { request, response } = exchange;
  if (request.rawHeaders.length / 2 > headersMax) return send(response, answers.manyHeaders, true);
  const { expect } = request.headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return send(response, answers.expectation, true);
  if (isAmbiguous(exchange)) return send(response, answers.malformed, true);
  const target = readTarget(request.url ?? '');
  if (target === undefined) return send(response, answers.malformed, true);
  if (request.method === 'GET' && request.url === '/metrics') {
    exchange.route = '/metrics';
    return sendMetrics(exchange, setting);
  }
  if (setting.isDraining) return send(response, answers.draining, true);
  if (setting.workspaces !== undefined && target.segments[0] === 'workspaces')
    return await answerWorkspaces(exchange, target, setting, setting.workspaces);
  await pass(exchange, target, setting);
}

/**
 * What two servers could read in two ways: more than one `Host` (RFC 9112, section 3.2), a transfer
 * coding other than `chunked` (section 6.1), and one beside a length; and what would make the
 * connection another protocol's (RFC 9110, section 7.8). Node's parser has refused the rest: lengths
 * that differ or are no number, folded lines, bare CR and LF, spaces before a colon.
 */
function isAmbiguous({ request }: Exchange): boolean {
  const { rawHeaders, httpVersion } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return true;
  const counts = { host: 0, 'content-length': 0, 'transfer-encoding': 0 };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase();
    if (name === 'upgrade') return true;
    if (name === 'transfer-encoding' && rawHeaders[index + 1]?.toLowerCase() !== 'chunked')
      return true;
    if (name === 'host' || name === 'content-length' || name === 'transfer-encoding')
      counts[name] += 1;
  }
  return counts.host > 1 || counts['content-length'] + counts['transfer-encoding'] > 1;
}

function sendMetrics({ response }: Exchange, setting: Setting): void {
  const text = setting.report.render({
    streams: countStreams(setting),
    busy: setting.slots.size,
  });
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(text);
}
