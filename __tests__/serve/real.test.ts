import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { type ScriptedModel, startModel } from '../../playground/model.ts';
import { startOpenCode } from '../../playground/opencode.ts';
import { callTool, createHold, refuse, say, type Step } from '../../playground/script.ts';
import { ownRoutes } from '../../src/serve/routes.ts';
import { makeCertificate } from './certificate.ts';
import { type Command, startCommand } from './command.ts';
import { eventually, secrets } from './setting.ts';

jest.setTimeout(240_000);

const hold = () => createHold();
let folder: string;
let repository: string;
let model: ScriptedModel;
let step: (asked: string) => Step = () => say('done');
let asked: string[] = [];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'serve-')));
  repository = join(folder, 'root', 'repository');
  await mkdir(repository, { recursive: true });
  await writeFile(join(repository, 'inside'), 'the-inside-text');
  await writeFile(join(folder, 'outside'), 'the-outside-text');
  await writeFile(join(folder, 'tokens'), `ci ${secrets.ci}\n`);
  model = await startModel((request) => {
    const text = JSON.stringify(request.body);
    asked.push(text);
    return step(text);
  });
}, 240_000);
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const headers = { authorization: `Bearer ${secrets.ci}`, 'content-type': 'application/json' };

function start(...more: string[]): Promise<Command> {
  asked = [];
  step = () => say('done');
  return startCommand({
    home: join(folder, 'home'),
    args: [
      '--token-file',
      join(folder, 'tokens'),
      '--opencode-config',
      JSON.stringify(model.config),
      '--directory',
      repository,
      '--drain',
      '1',
      ...more,
    ],
  });
}

/** One call through the front, with the repository as its directory. */
async function call(
  { url }: { url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const query = `directory=${encodeURIComponent(repository)}`;
  return await fetch(`${url}${path}${path.includes('?') ? '&' : '?'}${query}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function session(front: Command, body: object = {}): Promise<string> {
  const created = (await (await call(front, 'POST', '/session', body)).json()) as { id: string };
  return created.id;
}

function prompt(front: Command, id: string, text = 'hello', more: object = {}): Promise<Response> {
  const parts = [{ type: 'text', text }];
  return call(front, 'POST', `/session/${id}/prompt_async`, { parts, ...more });
}

async function metric(front: Command, name: string): Promise<number> {
  const text = await (await fetch(`${front.url}/metrics`, { headers })).text();
  return Number(new RegExp(`^mention_loop_serve_${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

async function untilBusy(front: Command, count: number): Promise<void> {
  while ((await metric(front, 'busy_sessions')) !== count)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

describe('the real OpenCode', () => {
  test('has every route of the list, and answers through the front', async () => {
    await using front = await start('--allow', 'GET:/doc');
    const doc = (await (await call(front, 'GET', '/doc')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const real = Object.entries(doc.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ':x')}`,
      ),
    );
    const ours = ownRoutes.map(
      ({ method, template }) => `${method} ${template.replaceAll(/:\w+/g, ':x')}`,
    );
    expect(ours.filter((route) => !real.includes(route))).toEqual([]);
    expect(front.told()).not.toMatch(/Warning|password|ci-/);
  });

  test('is started again where it is killed: 502 in between, streams are cut', async () => {
    await using front = await start();
    const stream = await call(front, 'GET', '/event');
    const [pid] = front.children();
    process.kill(pid ?? 0, 'SIGKILL');
    await expect(stream.text()).rejects.toThrow();
    const statuses = new Set<number>();
    for (let status = 0; status !== 200; statuses.add(status))
      ({ status } = await call(front, 'GET', '/global/health'));
    expect([...statuses].filter((status) => status !== 200)).toEqual([502]);
    expect(await metric(front, 'upstream_restarts_total')).toBe(1);
    expect(front.told()).toMatch(/ended with SIGKILL.* It is started again in 0\.25 s/s);
    expect(front.children()).not.toContain(pid);
  });

  test('ends with the front, whose status is 0 after SIGTERM', async () => {
    await using front = await start();
    const [pid] = front.children();
    expect(isAlive(pid)).toBe(true);
    front.process.kill('SIGTERM');
    expect(await front.ended).toBe(0);
    // Its parent is gone before it is buried.
    await eventually(() => !isAlive(pid));
  });

  test('that a killed front left behind is ended by the next one', async () => {
    const first = await start();
    const [pid] = first.children();
    first.process.kill('SIGKILL');
    await first.ended;
    expect(isAlive(pid)).toBe(true);
    await using second = await startCommand({
      home: join(folder, 'home'),
      port: Number(new URL(first.url).port),
      args: ['--token-file', join(folder, 'tokens'), '--directory', repository],
    });
    expect(second.told()).toContain('Listening');
    await eventually(() => !isAlive(pid));
  });

  test('knows neither the tokens nor their variable', async () => {
    step = () => say('done');
    await using front = await startCommand({
      home: join(folder, 'home'),
      env: { MENTION_LOOP_TOKEN: secrets.ci, MENTION_LOOP_TOKENS: `l ${secrets.laptop}` },
      args: ['--opencode-config', JSON.stringify(model.config), '--directory', repository],
    });
    asked = [];
    step = (text) =>
      text.includes('tool_call_id')
        ? say('done')
        : callTool('bash', { command: 'env', description: 'env' });
    await prompt(front, await session(front));
    await eventually(() => asked.some((text) => text.includes('tool_call_id')));
    expect(asked.join()).toContain('OPENCODE_');
    expect(asked.join()).not.toMatch(/MENTION_LOOP_TOKEN|ci-0123|laptop-0123/);
  });
});

describe('SIGHUP', () => {
  test('reads the tokens again; a broken file changes nothing', async () => {
    await using front = await start();
    const path = join(folder, 'tokens');
    const before = `ci ${secrets.ci}\n`;
    try {
      await writeFile(path, `${before}short abc\n`);
      front.process.kill('SIGHUP');
      await eventually(() => front.told().includes('Nothing was renewed: --token-file'));
      expect((await call(front, 'GET', '/global/health')).status).toBe(200);
      await writeFile(path, `laptop ${secrets.laptop}\n`);
      front.process.kill('SIGHUP');
      await eventually(() => front.told().includes('read again'));
      expect((await call(front, 'GET', '/global/health')).status).toBe(401);
    } finally {
      await writeFile(path, before);
    }
  });

  test('reads the certificate again; a key that is not its own changes nothing', async () => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    makeCertificate(cert, key);
    const first = fingerprintOf(cert);
    await using front = await startCommand({
      home: join(folder, 'home'),
      args: [
        '--token-file',
        join(folder, 'tokens'),
        '--directory',
        repository,
        '--tls-cert',
        cert,
        '--tls-key',
        key,
      ],
      isSecure: true,
    });
    expect(await presentedBy(front.url)).toBe(first);
    makeCertificate(join(folder, 'other.pem'), key);
    front.process.kill('SIGHUP');
    await eventually(() => front.told().includes('Nothing was renewed: --tls-key'));
    expect(await presentedBy(front.url)).toBe(first);
    makeCertificate(cert, key);
    front.process.kill('SIGHUP');
    await eventually(() => front.told().includes('read again'));
    expect(fingerprintOf(cert)).not.toBe(first);
    expect(await presentedBy(front.url)).toBe(fingerprintOf(cert));
  });
});

function fingerprintOf(cert: string): string {
  return new X509Certificate(readFileSync(cert)).fingerprint256;
}

/** The fingerprint of the certificate that a new connection is shown. */
async function presentedBy(url: string): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

describe('a file of a prompt', () => {
  const attach = (path: string) => ({
    parts: [{ type: 'file', mime: 'text/plain', url: pathToFileURL(path).href }],
  });

  test('inside of the root is read, and outside of it is not', async () => {
    await using front = await start('--root', join(folder, 'root'));
    const id = await session(front);
    const path = `/session/${id}/prompt_async`;
    expect((await call(front, 'POST', path, attach(join(folder, 'outside')))).status).toBe(403);
    expect((await call(front, 'POST', path, attach(join(repository, 'inside')))).status).toBe(204);
    await eventually(() => asked.some((text) => text.includes('the-inside-text')));
    expect(asked.join()).not.toContain('the-outside-text');
  });

  test('outside is read by OpenCode where there is no root', async () => {
    await using front = await start();
    const id = await session(front);
    const path = `/session/${id}/prompt_async`;
    expect((await call(front, 'POST', path, attach(join(folder, 'outside')))).status).toBe(204);
    await eventually(() => asked.some((text) => text.includes('the-outside-text')));
  });
});

describe('a session of a directory outside of the root', () => {
  async function outsider(): Promise<string> {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere, { recursive: true });
    await using open = await start();
    const url = `${open.url}/session?directory=${encodeURIComponent(elsewhere)}`;
    const created = (await (await fetch(url, { method: 'POST', headers, body: '{}' })).json()) as {
      id: string;
    };
    // Without a root, what is asked of it from here is done there.
    step = (text) =>
      text.includes('tool_call_id')
        ? say('done')
        : callTool('bash', { command: 'pwd', description: 'pwd' });
    await prompt(open, created.id);
    await eventually(() => asked.some((text) => text.includes('tool_call_id')));
    expect(asked.join()).toContain(elsewhere);
    return created.id;
  }

  test('can be neither read nor prompted, nor found in a list', async () => {
    const id = await outsider();
    await using front = await start('--root', join(folder, 'root'));
    expect((await prompt(front, id)).status).toBe(403);
    expect((await call(front, 'GET', `/session/${id}/message`)).status).toBe(403);
    expect((await call(front, 'GET', '/session?scope=project')).status).toBe(403);
    expect(await (await call(front, 'GET', '/session')).text()).not.toContain(id);
    expect(asked).toEqual([]);
  });
});

describe('--max-sessions 1', () => {
  const allow = ['--allow', 'DELETE:/session/:id', '--allow', 'POST:/instance/dispose'];
  let front: Command;

  beforeAll(async () => {
    front = await start('--max-sessions', '1', ...allow);
  }, 240_000);
  afterAll(async () => {
    await front[Symbol.asyncDispose]();
  });

  /** Prompts a session whose model waits, and sees that no other one gets in. */
  async function occupy(): Promise<{ id: string; release: () => void }> {
    const waiting = hold();
    step = () => say(['one', waiting, 'two']);
    const id = await session(front);
    expect((await prompt(front, id)).status).toBe(204);
    await waiting.reached;
    const refused = await prompt(front, await session(front));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await metric(front, 'busy_sessions')).toBe(1);
    return { id, release: () => waiting.release() };
  }

  test('the next prompt gets 429 with retry-after, and its turn when the first is done', async () => {
    const { release } = await occupy();
    release();
    await untilBusy(front, 0);
    step = () => say('done');
    expect((await prompt(front, await session(front))).status).toBe(204);
    await untilBusy(front, 0);
  });

  test('a second prompt of the same session needs no second slot', async () => {
    const { id, release } = await occupy();
    expect((await prompt(front, id)).status).toBe(204);
    release();
    await untilBusy(front, 0);
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['aborted', (id) => call(front, 'POST', `/session/${id}/abort`)],
    ['deleted', (id) => call(front, 'DELETE', `/session/${id}`)],
    ['disposed of with its instance', () => call(front, 'POST', '/instance/dispose')],
  ])('the slot is given back where the session is %s', async (_what, end) => {
    const { id, release } = await occupy();
    await end(id);
    await untilBusy(front, 0);
    release();
  });

  test('the slot is given back where the provider fails', async () => {
    step = () => refuse(400, 'no');
    await prompt(front, await session(front));
    await untilBusy(front, 0);
  });

  test('the slot is given back where the agent is unknown, and nothing ever begins', async () => {
    await prompt(front, await session(front), 'hello', { agent: 'nobody' });
    await untilBusy(front, 0);
  });

  test('the slot is given back at once where the prompt is refused', async () => {
    const id = await session(front);
    expect((await call(front, 'POST', `/session/${id}/prompt_async`, { parts: 1 })).status).toBe(
      400,
    );
    expect((await prompt(front, 'ses_unknown')).status).toBeGreaterThanOrEqual(400);
    expect(await metric(front, 'busy_sessions')).toBe(0);
  });

  test('the slot is kept where the client of a message leaves, until the turn is over', async () => {
    const waiting = hold();
    step = () => say(['one', waiting, 'two']);
    const id = await session(front);
    const gone = new AbortController();
    const url = `${front.url}/session/${id}/message?directory=${encodeURIComponent(repository)}`;
    const body = JSON.stringify({ parts: [{ type: 'text', text: 'hello' }] });
    const left = fetch(url, { method: 'POST', headers, body, signal: gone.signal });
    await waiting.reached;
    gone.abort();
    await expect(left).rejects.toThrow();
    expect((await prompt(front, await session(front))).status).toBe(429);
    waiting.release();
    await untilBusy(front, 0);
  });

  test('a sub-agent holds no slot of its own', async () => {
    const waiting = hold();
    const task = { description: 'look', prompt: 'look-closely', subagent_type: 'general' };
    step = (text) => {
      if (text.includes('tool_call_id')) return say('done');
      // The root's own request names the tool's call; the child's is its prompt alone.
      return text.includes('"content":"look-closely')
        ? say(['child', waiting])
        : callTool('task', task);
    };
    await prompt(front, await session(front));
    await waiting.reached;
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await metric(front, 'busy_sessions')).toBe(1);
    waiting.release();
    await untilBusy(front, 0);
  });

  test('the slots are given back where OpenCode dies', async () => {
    await occupy();
    process.kill(front.children()[0] ?? 0, 'SIGKILL');
    await untilBusy(front, 0);
  });
});

test('a front that was started again knows what is at work', async () => {
  const home = join(folder, 'other-home');
  await using server = await startOpenCode({
    config: model.config,
    directory: repository,
    home,
    password: 'upstream-password',
  });
  await writeFile(join(folder, 'password'), 'upstream-password\n');
  const args = [
    '--token-file',
    join(folder, 'tokens'),
    '--upstream',
    server.url,
    '--upstream-password-file',
    join(folder, 'password'),
    '--max-sessions',
    '1',
    '--drain',
    '0',
  ];
  const waiting = hold();
  step = () => say(['one', waiting, 'two']);
  {
    await using first = await startCommand({ home, args });
    await prompt(first, await session(first));
    await waiting.reached;
  }
  await using second = await startCommand({ home, args });
  await untilBusy(second, 1);
  expect((await prompt(second, await session(second))).status).toBe(429);
  waiting.release();
  await untilBusy(second, 0);
});
