import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { type Door, timeRequests } from './front-client.ts';

/** One way to the upstream. */
export interface Front {
  name: string;
  door: Door;
  /** What it has of the machine's memory now, in MB; shared pages are counted with each process. */
  megabytes(): Promise<number>;
  /** Processor time that it has used so far, its workers' included. */
  processorSeconds(): Promise<number>;
}

/** The upstream, and every front of it that this machine has. */
export interface Fronts extends AsyncDisposable {
  upstreamPort: number;
  direct: Front;
  serve: Front;
  /** nginx and haproxy; without those that are missing here. */
  others: readonly Front[];
  /** One sentence for each that is missing. */
  missing: readonly string[];
}

const token = 'bench-0123456789abcdef0123456789abcdef';
const password = 'the-password-behind';
const login = Buffer.from(`opencode:${password}`).toString('base64');
const bearer = `Bearer ${token}`;
const isHere = (program: string): boolean => spawnSync('which', [program]).status === 0;

/** The same for all: a bearer token, Basic in its place, no buffering, a line of log a request. */
function nginxFile(folder: string, port: number, upstreamPort: number): string {
  return `
daemon off; worker_processes 1; worker_rlimit_nofile 8192;
pid ${folder}/nginx.pid; error_log ${folder}/nginx.error;
events { worker_connections 4096; }
http {
  access_log ${folder}/nginx.log;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000;
  map $http_authorization $is_known { default 0; "${bearer}" 1; }
  upstream opencode { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=2048;
    location / {
      if ($is_known = 0) { return 401; }
      proxy_pass http://opencode;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Basic ${login}";
      proxy_buffering off;
      proxy_read_timeout 1h;
    }
  }
}`;
}

function haproxyFile(_folder: string, port: number, upstreamPort: number): string {
  return `
global
  nbthread 1
  maxconn 8192
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  http-reuse always
  option http-no-delay
frontend front
  bind 127.0.0.1:${port} backlog 2048
  http-request deny deny_status 401 unless { req.hdr(Authorization) -m str "${bearer}" }
  http-request set-header Authorization "Basic ${login}"
  default_backend opencode
backend opencode
  server opencode 127.0.0.1:${upstreamPort}
`;
}

const others = [
  { name: 'nginx', file: nginxFile, args: (path: string) => ['nginx', '-c', path] },
  { name: 'haproxy', file: haproxyFile, args: (path: string) => ['haproxy', '-f', path, '-db'] },
];

/** Starts what there is, each on one core. */
export async function startFronts(): Promise<Fronts> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'mention-loop-bench-'));
  // nginx's worker is another user where its master is root.
  await chmod(folder, 0o711);
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const upstream = stack.use(await startUpstream());
  const behind = { name: 'direct', port: upstream.port, authorization: `Basic ${login}` };
  const direct = await waitFor(behind, upstream.process);
  const start = async (name: string, args: string[], port: number): Promise<Front> => {
    const child = stack.use(await startPinned(args, join(folder, `${name}.out`)));
    return await waitFor({ name, port, authorization: bearer }, child.process);
  };
  const port = await freePort();
  const serve = await start('serve', await serveArgs(folder, port, upstream.port), port);
  const found: Front[] = [];
  for (const { name, file, args } of others.filter((each) => isHere(each.name))) {
    const at = await freePort();
    const path = join(folder, `${name}.conf`);
    await writeFile(path, file(folder, at, upstream.port));
    found.push(await start(name, args(path), at));
  }
  const missing = [...others.map(({ name }) => name), 'wrk']
    .filter((name) => !isHere(name))
    .map((name) => `${name} is not on this machine: nothing is measured with it.`);
  const owned = stack.move();
  const end = (): Promise<void> => owned.disposeAsync();
  const upstreamPort = upstream.port;
  return { upstreamPort, direct, serve, others: found, missing, [Symbol.asyncDispose]: end };
}

/** Requests that were answered in a second of time, and in a second of the front's processor time. */
export interface Rate {
  perSecond: number;
  perProcessorSecond: number;
}

/** 50 connections, by wrk for some seconds; undefined where there is no wrk. */
export async function countRequests(front: Front, seconds: number): Promise<Rate | undefined> {
  if (!isHere('wrk')) return undefined;
  const { port, authorization } = front.door;
  const url = `http://127.0.0.1:${port}/global/health`;
  const args = ['-t1', '-c50', `-d${seconds}s`, '-H', `Authorization: ${authorization}`, url];
  const before = await front.processorSeconds();
  const { stdout } = spawnSync('wrk', args, { encoding: 'utf8' });
  const used = (await front.processorSeconds()) - before;
  if (/Non-2xx|Socket errors: connect [1-9]/.test(stdout))
    throw new Error(`Not answered: ${stdout}`);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const count = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return { perSecond, perProcessorSecond: count / used };
}

async function serveArgs(folder: string, port: number, upstreamPort: number): Promise<string[]> {
  await writeFile(join(folder, 'tokens'), `bench ${token}\n`);
  await writeFile(join(folder, 'password'), password);
  return [
    process.execPath,
    join(import.meta.dirname, '../dist/serve/index.js'),
    `--listen=127.0.0.1:${port}`,
    `--upstream=http://127.0.0.1:${upstreamPort}`,
    `--upstream-password-file=${join(folder, 'password')}`,
    `--token-file=${join(folder, 'tokens')}`,
    '--drain=0',
  ];
}

async function startUpstream(): Promise<{ port: number; process: ChildProcess } & AsyncDisposable> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'front-upstream.ts'), login], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => resolve(Number(text)));
    child.once('close', () => reject(new Error('The upstream ended early.')));
  });
  return { port, process: child, [Symbol.asyncDispose]: () => end(child) };
}

/** On the first core alone, where that can be said; its output goes to a file. */
async function startPinned(
  args: string[],
  output: string,
): Promise<{ process: ChildProcess } & AsyncDisposable> {
  const file = await open(output, 'w');
  const isPinned = availableParallelism() > 1 && isHere('taskset');
  const [program = '', ...rest] = isPinned ? ['taskset', '-c', '0', ...args] : args;
  const child = spawn(program, rest, { stdio: ['ignore', file.fd, file.fd] });
  await file.close();
  return { process: child, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([gone, pause(5_000, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await gone;
}

/** Once it answers as it should. */
async function waitFor(
  { name, ...door }: Door & { name: string },
  child: ChildProcess,
): Promise<Front> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended early.`);
    const isUp = await timeRequests(door, 1).then(
      () => true,
      () => false,
    );
    if (isUp) return { name, door, ...meters(child.pid ?? 0) };
    await pause(50);
  }
}

/** What is read of a process and of its workers. */
function meters(pid: number): Pick<Front, 'megabytes' | 'processorSeconds'> {
  const sum = async (file: string, read: (text: string) => number): Promise<number> => {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const pids = [String(pid), ...children.split(' ').filter(Boolean)];
    const texts = pids.map((each) => readFile(`/proc/${each}/${file}`, 'utf8'));
    return (await Promise.all(texts)).map(read).reduce((total, each) => total + each, 0);
  };
  return {
    megabytes: () =>
      sum('status', (text) => (Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1]) * 1_024) / 1_000_000),
    // Fields 14 and 15 of proc(5), in hundredths of a second; the second may hold spaces.
    processorSeconds: () =>
      sum('stat', (text) => {
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        return (Number(fields[11]) + Number(fields[12])) / 100;
      }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
