import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, basename } from 'node:path';
import type { GitHubState } from './state.ts';

/**
 * Answers `git fetch` from owner/name(.git) with git's own `http-backend`; false where the request
 * is not one of git's. Whatever credentials come are taken.
 */
export function serveGit(
  directory: string,
  state: GitHubState,
  incoming: IncomingMessage,
  response: ServerResponse,
): boolean {
  const [path = '', query = ''] = (incoming.url ?? '').split('?');
  const rest = [`/${state.fullName}.git/`, `/${state.fullName}/`].find((p) => path.startsWith(p));
  if (rest === undefined) return false;
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: dirname(directory),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${basename(directory)}/${path.slice(rest.length)}`,
      QUERY_STRING: query,
      REQUEST_METHOD: incoming.method,
      CONTENT_TYPE: incoming.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: incoming.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(incoming.headers['git-protocol'] ?? ''),
    },
  });
  incoming.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => sendCgi(Buffer.concat(chunks), response));
  child.on('error', () => response.writeHead(500).end());
  return true;
}

/** A CGI answer: header lines, an empty line, the body (RFC 3875, section 6). */
function sendCgi(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(lines.map((line) => line.split(': ', 2) as [string, string]));
  const status = Number.parseInt(headers.get('Status') ?? '200', 10);
  headers.delete('Status');
  response.writeHead(status, Object.fromEntries(headers)).end(output.subarray(end + 4));
}
