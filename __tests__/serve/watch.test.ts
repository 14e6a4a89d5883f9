import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, jest, test } from '@jest/globals';

import { type Slots, createSlots } from '../../src/serve/slots.ts';
import { watchSessions } from '../../src/serve/watch.ts';
import { eventually } from './setting.ts';

jest.setTimeout(60_000);

/** An OpenCode that says what the test has it say. */
interface Scene extends AsyncDisposable {
  slots: Slots;
  /** Event streams that were opened so far. */
  streams: ServerResponse[];
  /** What `/session/status` answers. */
  busy: Record<string, { type: string }>;
  /** Sessions by id, as `/session/:id` has them. */
  sessions: Record<string, { parentID?: string }>;
  /** Sessions that were deleted. */
  gone: Set<string>;
  tell: (type: string, properties: object) => void;
  die: () => void;
}

async function watchScene(): Promise<Scene> {
  const slots = createSlots(Infinity);
  const streams: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/global/event') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.push(response);
      return;
    }
    const session = request.url?.split('/').at(-1) ?? '';
    if (session === 'status') response.end(JSON.stringify(scene.busy));
    else if (scene.gone.has(session)) response.writeHead(404).end('{}');
    else response.end(JSON.stringify(scene.sessions[session] ?? {}));
  });
  const scene: Scene = {
    slots,
    streams,
    busy: {},
    sessions: {},
    gone: new Set(),
    tell: (type, properties) => {
      const event = { directory: undefined, payload: { type, properties } };
      streams.at(-1)?.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    die: () => {
      server.close();
      server.closeAllConnections();
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await watched;
      scene.die();
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const place = { url, authorization: undefined };
  const stop = new AbortController();
  const watched = watchSessions({
    upstream: { place: () => place },
    slots,
    signal: stop.signal,
  });
  await eventually(() => streams.length === 1);
  return scene;
}

const busy = { status: { type: 'busy' } };

/** A prompt of the session that was taken. */
function prompt({ slots }: Scene, session: string): void {
  slots.admit(session, undefined);
  slots.settle(session, 'taken');
}

test('an event says at once that a session is over', async () => {
  await using scene = await watchScene();
  prompt(scene, 'ses_1');
  // Its list would keep the slot: what gives it back is the event.
  scene.busy = { ses_1: { type: 'busy' } };
  scene.tell('session.status', { sessionID: 'ses_1', ...busy });
  scene.tell('session.idle', { sessionID: 'ses_1' });
  await eventually(() => !scene.slots.holds('ses_1'));
});

test('the list says what no event did', async () => {
  await using scene = await watchScene();
  prompt(scene, 'ses_1');
  scene.slots.busy('ses_1', undefined);
  await eventually(() => !scene.slots.holds('ses_1'));
});

test('a session at work that nobody prompted here takes a slot, and a sub-agent’s does not', async () => {
  await using scene = await watchScene();
  scene.sessions = { ses_child: { parentID: 'ses_1' } };
  scene.busy = { ses_1: { type: 'busy' }, ses_child: { type: 'busy' } };
  scene.tell('session.status', { sessionID: 'ses_child', ...busy });
  scene.tell('session.status', { sessionID: 'ses_1', ...busy });
  await eventually(() => scene.slots.holds('ses_1'));
  scene.tell('session.created', { info: { id: 'ses_born', parentID: 'ses_1' } });
  scene.busy['ses_born'] = { type: 'busy' };
  scene.tell('session.status', { sessionID: 'ses_born', ...busy });
  scene.busy['ses_2'] = { type: 'busy' };
  scene.tell('session.status', { sessionID: 'ses_2', ...busy });
  await eventually(() => scene.slots.holds('ses_2'));
  expect(scene.slots.size).toBe(2);
});

test('a session that is deleted gives its slot back', async () => {
  await using scene = await watchScene();
  prompt(scene, 'ses_1');
  // Its list would keep the slot; the first look at it may come at any time.
  scene.busy = { ses_1: { type: 'busy' } };
  scene.gone.add('ses_1');
  scene.tell('session.deleted', { info: { id: 'ses_1' } });
  await eventually(() => !scene.slots.holds('ses_1'));
});

test('a stream that breaks is opened again, and what was missed is asked for', async () => {
  await using scene = await watchScene();
  scene.busy = { ses_1: { type: 'busy' } };
  scene.streams[0]?.destroy();
  await eventually(() => scene.streams.length === 2);
  await eventually(() => scene.slots.holds('ses_1'));
});

test('where nobody is there any more, nobody is at work', async () => {
  await using scene = await watchScene();
  prompt(scene, 'ses_1');
  scene.die();
  await eventually(() => scene.slots.size === 0);
});
