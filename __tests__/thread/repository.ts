import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The token that the server lets in. */
export const token = 'ghs_0123456789abcdefghijABCDEFGHIJ';
const basic = Buffer.from(`x-access-token:${token}`).toString('base64');

/** The token in each form in which it could be found where it must not be. */
export const traces: readonly string[] = [token, basic];

const folders: string[] = [];

/** A new folder of the test's own. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-test-'));
  folders.push(folder);
  return folder;
}

/** Removes all folders that the test has made. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Git with no configuration of this machine's. */
export function git(directory: string, ...args: string[]): string {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Octo',
    GIT_AUTHOR_EMAIL: 'octo@example.com',
    GIT_COMMITTER_NAME: 'Octo',
    GIT_COMMITTER_EMAIL: 'octo@example.com',
  };
  const options = { cwd: directory, env, stdio: 'pipe' } as const;
  return execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], options)
    .toString()
    .trim();
}

/** Writes files and commits them; resolves to the commit. */
export function commit(directory: string, files: Record<string, string>, message = 'Work'): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  git(directory, 'add', '--all', '--force');
  git(directory, 'commit', '--quiet', '--message', message);
  return git(directory, 'rev-parse', 'HEAD');
}

/** A repository `octo/demo` with pull request 7, as a server keeps it; `root` is the server's root. */
export interface Origin {
  root: string;
  path: string;
  base: string;
  head: string;
}

/** Makes the repository; `headFiles` are what the pull request changes. */
export function newOrigin(headFiles: Record<string, string> = {}): Origin {
  const root = newFolder();
  const path = join(root, 'octo', 'demo.git');
  const work = join(root, 'work');
  mkdirSync(work, { recursive: true });
  git(work, 'init', '--quiet');
  commit(work, { 'readme.md': 'first\n', 'notes.txt': 'notes\n' });
  const base = commit(work, { 'readme.md': 'base\n' });
  git(work, 'switch', '--quiet', '--create', 'feature');
  commit(work, { 'readme.md': 'almost\n' });
  const head = commit(work, { 'readme.md': 'head\n', 'added.txt': 'added\n', ...headFiles });
  git(root, 'clone', '--quiet', '--bare', work, path);
  git(path, 'update-ref', 'refs/pull/7/head', head);
  git(path, 'branch', '--quiet', '--delete', '--force', 'feature');
  return { root, path, base, head };
}

/** A checkout of `main` with `url` for its origin; shallow as `actions/checkout` makes it. */
export function newCheckout(origin: Origin, url: string, depth: 1 | 'all' = 1): string {
  const workspace = join(newFolder(), 'demo');
  const limit = depth === 1 ? ['--depth=1'] : [];
  git(dirname(workspace), 'clone', '--quiet', ...limit, '--branch=main', `file://${origin.path}`);
  git(workspace, 'remote', 'set-url', 'origin', url);
  return workspace;
}

/** What a git server was asked: the path, and each `Authorization` header as it came. */
export interface GitRequest {
  url: string;
  authorization: string[];
}

/** A git server on a free port. */
export interface GitServer extends AsyncDisposable {
  url: string;
  requests: GitRequest[];
  /** Set to keep answers back until the client goes away. */
  isSilent: boolean;
}

/** `git http-backend` behind HTTP on loopback; it wants the token, and 400 is for two headers. */
export async function startGitServer(root: string): Promise<GitServer> {
  const requests: GitRequest[] = [];
  const server = createServer((request, response) => {
    const authorization = valuesOf(request, 'authorization');
    requests.push({ url: request.url ?? '', authorization });
    if (state.isSilent) return;
    if (authorization.length > 1) refuse(response, 400);
    else if (authorization[0]?.toLowerCase() !== `basic ${basic}`.toLowerCase())
      refuse(response, 401);
    else serve(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const state: GitServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    isSilent: false,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return state;
}

function valuesOf(request: IncomingMessage, name: string): string[] {
  const { rawHeaders } = request;
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
}

/** https://git-scm.com/docs/git-http-backend, by the rules of CGI (RFC 3875). */
function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const header = (name: string): string => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
    },
  });
  request.pipe(backend.stdin);
  const pieces: Buffer[] = [];
  backend.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  backend.once('close', () => answer(Buffer.concat(pieces), response));
}

function answer(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, end).toString().split('\r\n');
  const headers = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
  const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
  for (const [name, value] of headers) if (name !== 'Status') response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10)).end(output.subarray(end + 4));
}

/** A folder for `PATH` whose `git` runs `lines` of shell first. */
export function gitBehind(lines: string): string {
  const folder = newFolder();
  const real = execFileSync('sh', ['-c', 'command -v git']).toString().trim();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${lines}\nexec ${real} "$@"\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return folder;
}
