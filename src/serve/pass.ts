import type { IncomingMessage } from 'node:http';

import { type Answer, answers, send } from './answers.ts';
import { type Bounds, type Confined, confine, confineBody, passAnywhere } from './confine.ts';
import type { Exchange, Setting } from './exchange.ts';
import { bodyBytes, forward } from './forward.ts';
import { type Route, matchRoute } from './routes.ts';
import type { PromptEnd } from './slots.ts';
import type { Target } from './target.ts';

/** Passes on what may pass: route first, then where it leads to, its body, and whether there is room. */
export async function pass(exchange: Exchange, target: Target, setting: Setting): Promise<void> {
  const { request, response } = exchange;
  const route = matchRoute(setting.routes, request.method ?? '', target);
  if (route === undefined) return send(response, answers.forbidden, true);
  exchange.route = route.template;
  const { maxBodyBytes } = setting.limits;
  if ((bodyBytes(request) ?? 0) > maxBodyBytes) return send(response, answers.tooLarge, true);
  const bounds = boundsOf(exchange, setting);
  // Without roots there is nothing to wait for, and most requests have none.
  const checked =
    bounds.roots.length === 0
      ? passAnywhere(target.search, request.rawHeaders)
      : await check(exchange, target, route, { bounds, setting });
  if ('answer' in checked) return send(response, checked.answer, true);
  const place = setting.upstream.place();
  if (place === undefined) return send(response, answers.upstreamDown, true);
  if (response.destroyed) return;
  const onStatus = takeSlot(route, target, checked.directory, setting);
  if (onStatus === undefined) return send(response, answers.busy, true);
  noteUse(exchange, checked.directory, setting);
  forward(exchange, {
    place,
    path: `/${target.segments.join('/')}${checked.search}`,
    drop: checked.drop,
    body: checked.body,
    maxBodyBytes,
    onStatus,
  });
}

/** What passes on, all of it checked: where it leads to, whose session it is, what its body says. */
async function check(
  exchange: Exchange,
  target: Target,
  route: Route,
  { bounds, setting }: { bounds: Bounds; setting: Setting },
): Promise<Confined> {
  const confined = await confine(bounds, route, target.search, exchange.request.rawHeaders);
  if ('answer' in confined) return confined;
  const elsewhere = await checkSession(target, bounds, setting);
  if (elsewhere !== undefined) return { answer: elsewhere };
  const body = await checkBody(exchange, route, confined.directory, { bounds, setting });
  if (body !== undefined && !Buffer.isBuffer(body)) return { answer: body };
  return { ...confined, body };
}

/** What this token may use: the roots, and the workspaces that are its own. */
function boundsOf({ token }: Exchange, { bounds, workspaces }: Setting): Bounds {
  if (workspaces === undefined || token === undefined) return bounds;
  return { ...bounds, roots: [...bounds.roots, workspaces.folderOf(token)] };
}

/** A workspace that is in use is not removed. */
function noteUse(
  { response }: Exchange,
  directory: string | undefined,
  { workspaces }: Setting,
): void {
  if (workspaces === undefined || directory === undefined) return;
  response.once('close', workspaces.use(directory));
}

/** A session must work inside of them, whatever directory the request names. */
async function checkSession(
  { segments }: Target,
  { roots }: Bounds,
  { whereabouts }: Setting,
): Promise<Answer | undefined> {
  for (const session of segments.filter((segment) => segment.startsWith('ses_'))) {
    const where = await whereabouts(session, roots);
    if (where === 'outside') return answers.forbidden;
    if (where === 'unknown') return answers.upstreamDown;
  }
  return undefined;
}

/** The body as it goes on, where it must be known before; undefined: it is streamed. */
async function checkBody(
  exchange: Exchange,
  route: Route,
  directory: string | undefined,
  { bounds, setting: { limits } }: { bounds: Bounds; setting: Setting },
): Promise<Buffer | Answer | undefined> {
  if (route.body === undefined) return undefined;
  const { request, response, waitsForContinue } = exchange;
  const { 'content-type': type = '', 'content-encoding': coding } = request.headers;
  if (bodyBytes(request) === 0 && route.body === 'session') return undefined;
  const isJson = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type);
  if (!isJson || coding !== undefined) return answers.unsupported;
  if (waitsForContinue) {
    response.writeContinue();
    exchange.waitsForContinue = false;
  }
  const body = await readBody(request, limits.maxBodyBytes);
  if (body === undefined) return answers.tooLarge;
  exchange.count.bytesIn = body.length;
  return await confineBody(bounds.roots, directory ?? '/', route.body, body);
}

/** Undefined where it is too large; rejects where the client went away. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  return await new Promise((resolve, reject) => {
    if (request.destroyed) reject(new Error('The client went away.'));
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= maxBytes) return void pieces.push(piece);
      request.pause();
      resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(pieces)));
    request.on('close', () => reject(new Error('The client went away.')));
  });
}

/** What is to be told of how OpenCode answered; undefined where there is no slot for a prompt. */
function takeSlot(
  route: Route,
  { segments }: Target,
  directory: string | undefined,
  { slots }: Setting,
): ((status: number) => void) | undefined {
  if (route.body !== 'prompt') return () => {};
  const session = segments[1] ?? '';
  if (!slots.admit(session, directory)) return undefined;
  return (status) => slots.settle(session, endOf(status, route));
}

function endOf(status: number, { template }: Route): PromptEnd {
  if (status === 0 || status >= 500) return 'unknown';
  if (status >= 400) return 'refused';
  // `message` answers when the turn is over, `prompt_async` before it begins.
  return template.endsWith('/message') ? 'over' : 'taken';
}
