import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import {
  childrenMax,
  doubtMs,
  statusEveryMs,
  statusMs,
  watchPauseMs,
  watchSilenceMs,
  watchedChars,
} from './limits.ts';
import type { Slots } from './slots.ts';
import { type Upstream, ask, openStream } from './upstream.ts';

/** What watching needs. */
export interface WatchOptions {
  upstream: Upstream;
  slots: Slots;
  signal: AbortSignal;
}

interface Watch extends WatchOptions {
  /** Sessions of sub-agents: they hold no slot. */
  children: Set<string>;
  /** Sessions that are being asked about. */
  asking: Set<string>;
  isChecking: boolean;
}

/**
 * Keeps the slots true: OpenCode's own events of all directories say at once what changes, and its
 * lists of sessions at work, read every `statusEveryMs`, what the events did not say. Resolves when
 * `signal` fires.
 */
export async function watchSessions(options: WatchOptions): Promise<void> {
  const watch: Watch = { ...options, children: new Set(), asking: new Set(), isChecking: false };
  await Promise.all([listen(watch), poll(watch)]);
}

async function listen(watch: Watch): Promise<void> {
  const { upstream, slots, signal } = watch;
  while (!signal.aborted) {
    const place = upstream.place();
    try {
      if (place !== undefined) {
        const stream = await openStream(place, '/global/event', signal);
        // What was begun before we listened: a front that was started again knows nothing.
        void checkDirectory(watch, undefined);
        await readEvents(stream, (event) => take(event, watch));
      }
    } catch (error) {
      // Nobody is there any more, and so nobody is at work.
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') slots.clear();
    }
    await pause(watchPauseMs, undefined, { signal }).catch(() => {});
  }
}

async function poll(watch: Watch): Promise<void> {
  const { slots, signal } = watch;
  while (!signal.aborted) {
    await pause(statusEveryMs, undefined, { signal }).catch(() => {});
    await Promise.all(slots.directories().map((directory) => checkDirectory(watch, directory)));
  }
}

/** Reads `data:` lines until the stream ends, breaks, or is silent for too long. */
async function readEvents(
  stream: IncomingMessage,
  onEvent: (event: unknown) => void,
): Promise<void> {
  stream.setEncoding('utf8');
  stream.setTimeout(watchSilenceMs, () => stream.destroy());
  let rest = '';
  for await (const piece of stream) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > watchedChars) return void stream.destroy();
    for (const line of lines) {
      // Most events are a word of a model's answer: they are not worth reading.
      if (line.startsWith('data:') && /"(session|server|global)\./.test(line))
        onEvent(parse(line.slice(5)));
    }
  }
}

/** `{directory, payload: {type, properties}}`. */
function take(event: unknown, watch: Watch): void {
  const payload = field(event, 'payload');
  const type = field(payload, 'type');
  const properties = field(payload, 'properties');
  const directory = text(field(event, 'directory'));
  const session = text(field(properties, 'sessionID'));
  const info = field(properties, 'info');
  if (type === 'session.created' && text(field(info, 'parentID')) !== undefined)
    remember(watch.children, text(field(info, 'id')) ?? '');
  if (type === 'session.deleted') watch.slots.remove(session ?? text(field(info, 'id')) ?? '');
  if (type === 'server.instance.disposed' || type === 'global.disposed')
    for (const each of watch.slots.directories()) void checkDirectory(watch, each);
  if (session === undefined) return;
  const status = field(field(properties, 'status'), 'type');
  // An unknown agent gives an error and nothing else: neither busy nor idle.
  const mayBeOver = ['session.idle', 'session.error'].includes(String(type)) || status === 'idle';
  if (mayBeOver) {
    watch.slots.idle(session);
    if (watch.slots.holds(session)) void checkSoon(watch);
  } else if (type === 'session.status') void noteBusy(watch, session, directory);
}

/** What may be over is asked about, once for all that comes at the same time. */
async function checkSoon(watch: Watch): Promise<void> {
  if (watch.isChecking) return;
  watch.isChecking = true;
  await pause(doubtMs, undefined, { signal: watch.signal }).catch(() => {});
  watch.isChecking = false;
  for (const directory of watch.slots.directories()) void checkDirectory(watch, directory);
}

async function checkDirectory(watch: Watch, directory: string | undefined): Promise<void> {
  const { upstream, slots } = watch;
  const place = upstream.place();
  if (place === undefined) return;
  const askedAt = performance.now();
  const path = `/session/status${query(directory)}`;
  try {
    const all = await ask(
      place,
      path,
      AbortSignal.any([watch.signal, AbortSignal.timeout(statusMs)]),
    );
    if (typeof all !== 'object' || all === null) return;
    const busy = new Set(
      Object.entries(all).flatMap(([id, status]) => (field(status, 'type') === 'idle' ? [] : [id])),
    );
    slots.check(directory, busy, askedAt);
    for (const session of busy) void noteBusy(watch, session, directory);
  } catch {
    // The next time, then: until it is known, a slot stays taken.
  }
}

/** A session that held no slot is somebody's own, or a sub-agent's: OpenCode knows. */
async function noteBusy(
  watch: Watch,
  session: string,
  directory: string | undefined,
): Promise<void> {
  const { slots, children, asking, upstream } = watch;
  if (slots.holds(session)) return slots.busy(session, directory);
  const place = upstream.place();
  if (children.has(session) || asking.has(session) || place === undefined) return;
  if (!/^ses_\w+$/.test(session)) return;
  asking.add(session);
  try {
    const signal = AbortSignal.any([watch.signal, AbortSignal.timeout(statusMs)]);
    const [info, all] = await Promise.all([
      ask(place, `/session/${session}${query(directory)}`, signal),
      ask(place, `/session/status${query(directory)}`, signal),
    ]);
    if (text(field(info, 'parentID')) !== undefined) remember(children, session);
    else if (field(all, session) !== undefined) slots.busy(session, directory);
  } catch {
    // Its next event, or the next look at the list, asks again.
  } finally {
    asking.delete(session);
  }
}

function remember(children: Set<string>, session: string): void {
  children.add(session);
  if (children.size > childrenMax) children.delete(children.keys().next().value ?? '');
}

function query(directory: string | undefined): string {
  if (directory === undefined) return '';
  // OpenCode decodes it once more than a query is.
  return `?directory=${encodeURIComponent(directory.replaceAll('%', '%25'))}`;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
