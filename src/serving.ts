import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ActionError, messageOf, toActionError } from './errors.ts';
import { localConfig } from './opencode/config.ts';
import { agentEnvironment } from './opencode/environment.ts';
import { findBinary } from './opencode/install.ts';
import { startLocal } from './opencode/local.ts';
import { describeLog, logPathOf, readTail } from './opencode/log.ts';
import { stopServer } from './opencode/stop.ts';
import { secretsOf } from './redact/sources.ts';
import { askDirectory, createReadiness, proveUpstream } from './serve/attach.ts';
import { createDelays } from './serve/delays.ts';
import type { Setting } from './serve/exchange.ts';
import { type Given, readFlags, renderHelp } from './serve/flags.ts';
import { type Front, openFront } from './serve/front.ts';
import { type Behind, type Options, readOptions } from './serve/options.ts';
import { readRenewable } from './serve/renewable.ts';
import { createReport } from './serve/report.ts';
import { Roll } from './serve/roll.ts';
import { ownRoutes } from './serve/routes.ts';
import { createWhereabouts } from './serve/session-directory.ts';
import { createSlots } from './serve/slots.ts';
import { type Child, type Supervised, supervise } from './serve/supervise.ts';
import type { Upstream } from './serve/upstream.ts';
import { watchSessions } from './serve/watch.ts';
import { beginWorkspaces } from './serve/workspaces/begin.ts';

/** How the process and the command speak. */
export interface Console {
  env: Readonly<Record<string, string | undefined>>;
  /** Standard output: one line a request, and the help. */
  out: (text: string) => void;
  /** Standard error: one message a line. */
  tell: (message: string) => void;
  /** SIGTERM or SIGINT: it drains, and ends. */
  stop: AbortSignal;
  /** The second of these: it ends at once. */
  hurry: AbortSignal;
  /** Has a function called on every SIGHUP. */
  onRenew: (renew: () => void) => void;
}

/** The whole of `serve`; resolves with the process's exit status, and never rejects. */
export async function serve(argv: readonly string[], io: Console): Promise<number> {
  try {
    const given = readFlags(argv, io.env);
    if (given === undefined) io.out(renderHelp());
    else await guard(given, io);
    return 0;
  } catch (thrown) {
    if (io.stop.aborted && thrown === io.stop.reason) return 0;
    const error = toActionError(thrown);
    io.tell(error.reason === 'invalid-input' ? oneLine(error) : error.sentence);
    return error.reason === 'invalid-input' ? 2 : 1;
  }
}

/** Listens, sees to OpenCode, and stays until it is told to stop. */
async function guard(given: Given, io: Console): Promise<void> {
  const options = readOptions(given);
  const renewable = readRenewable(given);
  await using resources = new AsyncDisposableStack();
  const behind: { upstream: Upstream } = { upstream: { place: () => undefined } };
  const setting = createSetting(options, { place: () => behind.upstream.place() }, io);
  resources.defer(() => setting.report.flush());
  setting.tokens = renewable.tokens;
  if (options.workspaces !== undefined)
    setting.workspaces = await beginWorkspaces(options.workspaces, setting, io.env);
  // Where OpenCode has another user, it has our group: see docs/remote.md.
  if (options.workspaces !== undefined && options.behind.kind === 'upstream') process.umask(0o007);
  const front = resources.use(await openFront(options, renewable.pair, setting));
  io.onRenew(() => renew(given, front, io));
  warnOfOpenDoor(options, renewable.pair !== undefined, io);
  const temp = mkdtempSync(join(tmpdir(), 'mention-loop-serve-'));
  resources.defer(() => rmSync(temp, { recursive: true, force: true }));
  const server =
    options.behind.kind === 'own'
      ? resources.use(superviseOwn(options.behind, setting, { front, temp }, io))
      : await attach(options.behind, setting, io);
  behind.upstream = server;
  const watching = new AbortController();
  const watched = watchSessions({ ...setting, signal: watching.signal });
  io.tell(`Listening on ${options.host}:${front.address.port}.`);
  try {
    await server.run();
    await front.drain(options.drainMs, io.hurry);
  } finally {
    watching.abort();
    await watched;
  }
}

function createSetting(options: Options, upstream: Upstream, io: Console): Setting {
  const { roots, maxBodyBytes, maxSessions, allow, behind } = options;
  return {
    limits: { maxBodyBytes },
    routes: [...ownRoutes, ...allow],
    bounds: { roots, directory: behind.kind === 'own' ? behind.directory : undefined },
    whereabouts: createWhereabouts(upstream),
    tokens: [],
    upstream,
    slots: createSlots(maxSessions),
    delays: createDelays(),
    report: createReport(io.out, io.tell),
    open: new Roll(),
    isDraining: false,
    waiting: 0,
    workspaces: undefined,
    jobs: 0,
    isReady: createReadiness(upstream),
  };
}

/** What cannot be read leaves everything as it is: a typing error must lock nobody out. */
function renew(given: Given, front: Front, io: Console): void {
  try {
    front.renew(readRenewable(given));
    io.tell('Tokens and certificate were read again.');
  } catch (thrown) {
    io.tell(`Nothing was renewed: ${oneLine(toActionError(thrown))}`);
  }
}

function warnOfOpenDoor({ host }: Options, isSecure: boolean, io: Console): void {
  if (isSecure || isLoopback(host)) return;
  io.tell(
    `Warning: --listen ${host} is open to the network without TLS: tokens can be read on the way.`,
  );
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
}

async function attach(
  { url, authorization }: Behind & { kind: 'upstream' },
  setting: Setting,
  { stop, tell }: Console,
): Promise<Pick<Supervised, 'place' | 'run'>> {
  const place = { url, authorization };
  await proveUpstream(place, stop);
  if (setting.bounds.roots.length > 0 || setting.workspaces !== undefined)
    setting.bounds = { ...setting.bounds, directory: await askDirectory(place, stop) };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    tell(
      'Warning: --upstream is another machine without TLS: its password can be read on the way.',
    );
  if (authorization === undefined)
    tell('Warning: --upstream has no password: whoever reaches it needs no token.');
  const stopped = Promise.withResolvers<void>();
  stop.addEventListener('abort', () => stopped.resolve());
  return { place: () => place, run: () => (stop.aborted ? Promise.resolve() : stopped.promise) };
}

/** OpenCode as the action starts it: found or installed, on loopback, with a password of its own. */
function superviseOwn(
  behind: Behind & { kind: 'own' },
  setting: Setting,
  { front: { address }, temp }: { front: Front; temp: string },
  { env, tell, stop }: Console,
): Supervised {
  // Known by the port that it stands behind: what a front that was killed left there is found again.
  const mark = createHash('sha256')
    .update(`serve ${address.address} ${address.port}`)
    .digest('hex');
  let binary: string | undefined;
  return supervise({
    signal: stop,
    start: async (signal) => {
      binary ??= await find(behind, temp, env, tell, signal);
      await stopServer(undefined, mark);
      return await startChild({ ...behind, binary, temp, mark, env }, signal);
    },
    onEnd: (how, pauseMs) => {
      setting.slots.clear();
      setting.report.count('restarts');
      tell(`${how} It is started again in ${pauseMs / 1_000} s.`);
    },
  });
}

async function find(
  { path, version, cache }: Behind & { kind: 'own' },
  temp: string,
  env: Console['env'],
  tell: Console['tell'],
  signal: AbortSignal,
): Promise<string> {
  const home = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const toolCache = cache ?? join(home, 'mention-loop');
  return await findBinary({
    version,
    path,
    toolCache,
    temp,
    env,
    warn: tell,
    progress: tell,
    signal,
  });
}

async function startChild(
  options: Behind & { kind: 'own' } & {
    binary: string;
    temp: string;
    mark: string;
    env: Console['env'];
  },
  signal: AbortSignal,
): Promise<Child> {
  const { binary, directory: workspace, temp, mark, agentEnv } = options;
  const env = agentEnvironment(options.env, { allow: agentEnv, secrets: [] });
  const config = localConfig({ share: false }, options.config);
  const onSpawn = (): void => {};
  const own = { binary, workspace, env, agentEnv, config, temp, mark };
  const server = await startLocal({ ...own, signal, onSpawn });
  const { url, headers } = server;
  const gone = server.gone?.then((error) => {
    const secrets = secretsOf(own).map(({ value }) => value);
    const last = describeLog(readTail(logPathOf(temp, mark)), secrets);
    return `${messageOf(error)}. ${last}`;
  });
  return {
    place: { url: new URL(url), authorization: headers['authorization'] },
    gone: gone ?? new Promise(() => {}),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function oneLine(error: ActionError): string {
  return error.sentence.replaceAll(/\s+/g, ' ');
}
