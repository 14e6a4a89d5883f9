import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { startGitHub } from '../../playground/github/emulator.ts';

const run = promisify(execFile);

/** A proxy that tunnels whatever host is asked for to one port, and writes down the hosts. */
async function startProxy(
  port: number,
): Promise<AsyncDisposable & { url: string; hosts: string[] }> {
  const hosts: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer().on('connect', (request, socket) => {
    hosts.push(request.url ?? '');
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket as Socket])
      sockets.add(end.on('error', () => end.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    hosts,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** Asks for issue 1 in a process of its own, since proxies are read when the client is imported. */
async function readTitle(token: string, apiUrl: string, env: Record<string, string>) {
  const source = `
    const { createGitHub } = await import(${JSON.stringify(new URL('../../src/github.ts', import.meta.url).href)});
    const github = createGitHub({ token: process.env.TOKEN, apiUrl: process.env.GITHUB_API_URL });
    const path = { owner: 'octo-org', repo: 'hello-world', issue_number: 1 };
    console.log((await github.rest.issues.get(path)).data.title);
    process.exit();`;
  const args = ['--input-type=module', '--eval', source];
  const options = { env: { ...env, TOKEN: token, GITHUB_API_URL: apiUrl } };
  return (await run(process.execPath, args, options)).stdout.trim();
}

test('goes through the proxy of the environment', async () => {
  await using server = await startGitHub();
  server.state.addIssue({ number: 1, title: 'Hello' });
  await using proxy = await startProxy(Number(new URL(server.url).port));
  const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
  expect(await readTitle(server.token, 'http://github.test', env)).toBe('Hello');
  expect(proxy.hosts).toEqual(['github.test:80']);
});

test('leaves the proxy out for hosts that NO_PROXY names', async () => {
  await using server = await startGitHub();
  server.state.addIssue({ number: 1, title: 'Hello' });
  await using proxy = await startProxy(1);
  const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' };
  const url = server.url.replace('127.0.0.1', 'localhost');
  expect(await readTitle(server.token, url, env)).toBe('Hello');
  expect(proxy.hosts).toEqual([]);
});
