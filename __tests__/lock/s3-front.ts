import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { AwsV4Signer } from 'aws4fetch';

import type { S3Place } from '../../src/lock/s3-client.ts';

/** A request as it came in. */
export interface S3Request {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** An answer of the front's own. */
export interface S3Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * What becomes of a request: it goes on as it is (undefined), or changed; the connection is cut
 * before it goes on (`reset`) or after (`lost`); or the front answers by itself.
 */
export type Manner = (
  request: S3Request,
  forward: (request: S3Request) => Promise<S3Answer>,
) => undefined | 'reset' | 'lost' | S3Request | S3Answer | Promise<S3Answer | S3Request>;

/** A store with faults: a real one's front, or, where there is no `behind`, a script. */
export interface S3Front extends AsyncDisposable {
  place: S3Place;
  requests: S3Request[];
  manner: Manner;
}

/** Conditions are a part of what is signed, so what goes on is signed anew. */
export async function startFront(behind: S3Place | undefined, manner: Manner): Promise<S3Front> {
  const server = createServer((incoming, response) => void receive(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const front: S3Front = {
    place: { ...(behind ?? nowhere), endpoint: `http://127.0.0.1:${port}` },
    requests: [],
    manner,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    front.requests.push(request);
    const chosen = await front.manner(request, (changed) => forward(behind, changed));
    if (chosen === 'reset') return void response.socket?.resetAndDestroy();
    if (typeof chosen === 'object' && 'status' in chosen) return send(response, chosen);
    const answer = await forward(behind, typeof chosen === 'object' ? chosen : request);
    if (chosen === 'lost') return void response.socket?.resetAndDestroy();
    send(response, answer);
  }

  return front;
}

const nowhere: Omit<S3Place, 'endpoint'> = {
  bucket: 'locks',
  prefix: 'mention-loop',
  region: 'us-east-1',
  credentials: {
    accessKeyId: 'AKFRONT',
    secretAccessKey: 'front-secret-key',
    sessionToken: undefined,
  },
};

async function read(incoming: IncomingMessage): Promise<S3Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

async function forward(behind: S3Place | undefined, request: S3Request): Promise<S3Answer> {
  if (behind === undefined) return { status: 500, body: 'There is nothing behind this front.' };
  const { method, path, body } = request;
  const kept = Object.entries(request.headers).filter(([name]) => name.startsWith('if-'));
  const { accessKeyId, secretAccessKey } = behind.credentials;
  const signer = new AwsV4Signer({
    method,
    url: `${behind.endpoint}${path}`,
    headers: Object.fromEntries(kept),
    service: 's3',
    region: behind.region,
    accessKeyId,
    secretAccessKey,
  });
  const { url, headers } = await signer.sign();
  const response = await fetch(url, { method, headers, ...(body !== '' && { body }) });
  const etag = response.headers.get('etag');
  return {
    status: response.status,
    body: await response.text(),
    ...(etag !== null && { headers: { etag } }),
  };
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: S3Answer): void {
  response.writeHead(status, headers);
  response.end(status === 204 ? undefined : body);
}

/** A proxy that tunnels (RFC 9110, section 9.3.6), wherever to, to one port; `asked` says where to. */
export async function startProxy(
  asked: string[],
  port: number,
): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer();
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const there = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy()).on('close', () => there.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An error as S3 words it. */
export function s3Error(status: number, code: string): S3Answer {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>` };
}

/** The same request without its conditions. */
export function unconditional(request: S3Request): S3Request {
  const kept = Object.entries(request.headers).filter(([name]) => !name.startsWith('if-'));
  return { ...request, headers: Object.fromEntries(kept) };
}
