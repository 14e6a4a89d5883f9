/** The event stream of a real OpenCode, broken at any byte on its way to the bundled action. */
import { randomUUID } from 'node:crypto';

import { commentEvent } from '../playground/events.ts';
import { startGitHub, type GitHubEmulator } from '../playground/github/emulator.ts';
import { type ActionResult, runAction } from '../playground/runner.ts';
import type { Kind, Outcome } from './kind.ts';
import { type Proxy, startProxy } from './support/proxy.ts';
import type { Random } from './support/random.ts';
import type { StreamFault } from './support/relay.ts';
import { makeScene, type Scene } from './support/scenes.ts';
import { type SharedServer, startShared } from './support/server.ts';

type FaultKind = StreamFault['kind'] | 'frames in pieces';

const kinds: readonly FaultKind[] = [
  'reset',
  'end',
  'garbage',
  'cut',
  'end between frames',
  'frames in pieces',
];

/** The action takes 30 s to notice silence: it is every so many-th run only. */
const silentEvery = 20;

let shared: Promise<SharedServer> | undefined;

/** Answer equal to the server's record, wherever and however the stream is broken. */
export const streamFaults: Kind = {
  name: 'stream',
  defaultRuns: 40,
  run: async (random, index) => {
    const kind = index % silentEvery === 0 ? 'silence' : random.pick(kinds);
    shared ??= startShared();
    return { fault: `stream: ${kind}`, problem: await runOnce(await shared, random, kind) };
  },
  close: async () => await (await shared)?.[Symbol.asyncDispose](),
};

async function runOnce(
  server: SharedServer,
  random: Random,
  kind: FaultKind,
): Promise<Outcome['problem']> {
  const key = `run-${randomUUID()}`;
  const scene = makeScene(random, key);
  using _ = speakAs(server, key, scene);
  using place = await server.lend();
  await using github = await startGitHub();
  await using proxy = await startProxy({ upstream: server.url, ...planOf(random, kind, scene) });
  const event = commentEvent(github.state, { body: `/oc ${key}` });
  const result = await runAction({
    event,
    github,
    inputs: {
      'server-url': proxy.url,
      'server-directory': place.directory,
      model: 'scripted/test',
      'timeout-minutes': '4',
    },
  });
  const record = await readRecord(server.url, place.directory, result.outputs['session-id'] ?? '');
  const problems = [
    ...(kind === 'frames in pieces' || proxy.struck > 0 ? [] : ['the fault was never reached']),
    ...judge(result, github, event.number, record, scene),
  ];
  if (problems.length === 0) return undefined;
  return `${scene.name}, ${describe(proxy)}: ${problems.join('; ')}\n${result.log}`;
}

function speakAs({ speakers }: SharedServer, key: string, scene: Scene): Disposable {
  speakers.set(key, scene.next);
  return { [Symbol.dispose]: () => speakers.delete(key) };
}

/** Where the stream breaks: once somewhere in the turn, and often on the connections after it too. */
function planOf(
  random: Random,
  kind: FaultKind,
  scene: Scene,
): Omit<Parameters<typeof startProxy>[0], 'upstream'> {
  const isInPieces = kind === 'frames in pieces' || random.percent(20);
  const pieceBytes = isInPieces ? () => random.between(1, 400) : undefined;
  if (kind === 'frames in pieces') return { faults: [], pieceBytes, outageMs: 0 };
  const outageMs = random.percent(40) ? random.between(100, 3_000) : 0;
  const count = kind === 'silence' || random.percent(50) ? 1 : random.between(2, 5);
  const faults = Array.from({ length: count }, (_, index): StreamFault => {
    const atByte = random.between(0, Math.floor(scene.streamBytes * (index === 0 ? 0.8 : 0.3)));
    return kind === 'garbage' ? { kind, atByte, garbage: makeGarbage(random) } : { kind, atByte };
  });
  return { faults, pieceBytes, outageMs };
}

function makeGarbage(random: Random): Buffer {
  const noise = Array.from({ length: random.between(20, 2_000) }, () => random.between(0, 255));
  return random.pick([
    Buffer.from(noise),
    Buffer.from('<html><body>502 Bad Gateway</body></html>\n\n'),
    Buffer.from('\n\ndata: {"type":\n\n'),
    Buffer.from('\n\ndata: 17\n\n'),
    Buffer.alloc(300),
  ]);
}

/** What the server holds of a session: the texts of its last message that has any. */
async function readRecord(url: string, directory: string, sessionId: string): Promise<string> {
  const query = `?directory=${encodeURIComponent(directory)}`;
  const response = await fetch(`${url}/session/${sessionId}/message${query}`);
  if (!response.ok) return `(no record of session "${sessionId}": status ${response.status})`;
  const messages = (await response.json()) as {
    info: { role: string };
    parts: { type: string; text?: string }[];
  }[];
  const texts = messages
    .filter(({ info }) => info.role === 'assistant')
    .map(({ parts }) => parts.flatMap(({ type, text }) => (type === 'text' && text ? [text] : [])));
  return texts.findLast((own) => own.length > 0)?.join('\n\n') ?? '';
}

/** All that is wrong with the way a run ended. */
function judge(
  result: ActionResult,
  { state, violations }: GitHubEmulator,
  number: number,
  record: string,
  scene: Scene,
): string[] {
  const ours = [...state.comments.values()].filter(({ author }) => author !== 'octocat');
  const body = ours[0]?.body ?? '';
  const asked = [...state.comments.values()].find(({ author }) => author === 'octocat');
  const signs = asked?.reactions.map(({ content }) => content) ?? [];
  const wrong: [string, boolean][] = [
    [`outcome ${result.outputs['outcome']}`, result.outputs['outcome'] !== 'success'],
    [`exit code ${result.exitCode}`, result.exitCode !== 0],
    [`post exited with ${result.post?.exitCode}`, result.post?.exitCode !== 0],
    [`${ours.length} comments`, ours.length !== 1],
    ['the record is not what the model said', record !== scene.answer],
    [
      `the answer is not the record:\n${body}\n--\n${record}`,
      !body.startsWith(`${record}\n\n<details>`),
    ],
    ['the output is not the record', result.outputs['response'] !== record],
    [`reactions ${signs.join(', ')}`, signs.join() !== 'rocket'],
    ['the label is still there', state.issue(number).labels.length > 0],
    [violations.join(', '), violations.length > 0],
  ];
  return wrong.flatMap(([problem, isWrong]) => (isWrong ? [problem] : []));
}

function describe({ struck, connections }: Proxy): string {
  return `${struck} faults, ${connections} connections`;
}
