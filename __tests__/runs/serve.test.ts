/** The bundled action, attached to the real OpenCode behind the bundled `serve`. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { addImage } from '../../playground/github/files.ts';
import { callTool, createHold, say } from '../../playground/script.ts';
import { images } from '../attachments/samples.ts';
import { makeCertificate } from '../serve/certificate.ts';
import { type Command, startCommand } from '../serve/command.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { bodies, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

const token = `token-${randomUUID()}`;
let lab: Lab;
let folder: string;
let front: Command;

beforeAll(async () => {
  lab = await openLab();
  lab.secrets.push(token);
  folder = await lab.folder();
  await writeFile(join(folder, 'tokens'), `actions ${token}\n`);
  front = await serve('--root', lab.sample.directory, '--max-sessions', '1');
}, busyMachineMs);
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
});

async function serve(...args: string[]): Promise<Command> {
  const config = (await lab.local())['opencode-config'] ?? '';
  const own = ['--token-file', join(folder, 'tokens'), '--opencode-config', config, '--drain', '0'];
  const isSecure = args.includes('--tls-cert');
  const place = ['--directory', lab.sample.directory];
  return await startCommand({
    home: await lab.folder(),
    args: [...own, ...place, ...args],
    isSecure,
  });
}

function inputs(of: Command = front): Record<string, string> {
  return {
    'server-url': of.url,
    'server-token': token,
    'server-directory': lab.sample.directory,
  };
}

describe('a run behind serve', () => {
  test('is answered, tools and all', async () => {
    const look = { command: 'cat src/greet.js', description: 'Look' };
    lab.answer([callTool('bash', look, { text: 'I look.' }), say(greeting)]);
    const run = await watch(lab, { inputs: inputs() });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(bodies(run)).toContain(greeting);
    expect(front.log()).toMatch(
      /"token":"actions","method":"POST","route":"\/session\/:session\/prompt_async","status":204/,
    );
    expect(front.log()).not.toMatch(/ses_|"status":4/);
  });

  test('gives images to the agent, but for one that is larger than a request may be', async () => {
    await using small = await serve('--max-sessions', '1', '--max-body', '1');
    lab.answer([say(greeting)]);
    const large = Buffer.concat([images.png, Buffer.alloc(1024 ** 2)]);
    const run = await watch(lab, {
      inputs: { ...inputs(small), model: 'scripted/images' },
      event: (state) => {
        const urls = [large, images.gif].map((content) => addImage(state, content));
        return commentEvent(state, { body: `/oc look ${urls.join(' ')}` });
      },
    });
    expectEnding(run, 'success', 'completed');
    const sent = JSON.stringify(lab.asked[0]?.body);
    expect(sent).toContain(`data:image/gif;base64,${images.gif.toString('base64')}`);
    expect(sent).not.toContain('data:image/png');
    expect(bodies(run)).toContain('the OpenCode server takes no request so large');
  });

  test('is answered over TLS, with a certificate of one’s own', async () => {
    const [cert, key] = ['server.crt', 'server.key'].map((name) => join(folder, name));
    if (cert === undefined || key === undefined) throw new Error('unreachable');
    makeCertificate(cert, key);
    await using secure = await serve('--tls-cert', cert, '--tls-key', key);
    expect(secure.url).toMatch(/^https:/);
    lab.answer([say(greeting)]);
    const env = { NODE_EXTRA_CA_CERTS: cert };
    const run = await watch(lab, { inputs: inputs(secure), env });
    expectEnding(run, 'success', 'completed');
    expect(bodies(run)).toContain(greeting);
  });

  test('with a wrong token says so', async () => {
    lab.answer([]);
    const wrong = { ...inputs(), 'server-token': `wrong-${randomUUID()}` };
    const run = await watch(lab, { inputs: wrong });
    expectEnding(run, 'failure', 'server-unauthorized');
    expect(run.comments[0]?.body).toContain('status 401');
    expect(lab.asked).toEqual([]);
  });

  test('with a directory outside of the root says so, and what to look at', async () => {
    lab.answer([]);
    const run = await watch(lab, { inputs: { ...inputs(), 'server-directory': '/' } });
    expectEnding(run, 'failure', 'server-unauthorized');
    expect(run.comments[0]?.body).toContain('`--root` of `serve`');
  });

  test('with a directory that is not there says so', async () => {
    lab.answer([]);
    const missing = join(lab.sample.directory, 'nothing');
    const run = await watch(lab, { inputs: { ...inputs(), 'server-directory': missing } });
    expectEnding(run, 'failure', 'directory-not-found');
  });

  test('waits where all slots are taken, and is answered then', async () => {
    const waiting = createHold();
    lab.answer((_request, index) => (index === 0 ? say(['busy', waiting]) : say(greeting)));
    await occupy();
    await waiting.reached;
    const run = await watch(lab, {
      inputs: inputs(),
      meanwhile: async ({ until }) => {
        await until(() => front.log().includes('"status":429'));
        waiting.release();
      },
    });
    expectEnding(run, 'success', 'completed');
    expect(bodies(run)).toContain(greeting);
  });

  test('whose OpenCode is killed in mid-stream keeps what the agent wrote', async () => {
    const waiting = createHold();
    lab.answer([say([greeting, waiting])]);
    const run = await watch(lab, {
      inputs: { ...inputs(), 'stall-minutes': '0.5' },
      meanwhile: async ({ untilJournalled }) => {
        await untilJournalled(greeting);
        process.kill(front.children()[0] ?? 0, 'SIGKILL');
      },
    });
    waiting.release();
    expect(run.outputs['outcome']).toBe('failure');
    expect(['stalled', 'stream-ended', 'server-unreachable']).toContain(run.outputs['reason']);
    expect(run.comments).toHaveLength(1);
    expect(bodies(run)).toContain(greeting);
  });
});

/** Somebody else's session takes the one slot. */
async function occupy(): Promise<void> {
  const query = `?directory=${encodeURIComponent(lab.sample.directory)}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${front.url}${path}${query}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { id } = (await (await post('/session', {})).json()) as { id: string };
  const parts = [{ type: 'text', text: 'hello' }];
  expect((await post(`/session/${id}/prompt_async`, { parts })).status).toBe(204);
}
