import type { ModelRequest } from '../../playground/model.ts';
import {
  type Answer,
  callTool,
  createHold,
  refuse,
  say,
  type Step,
} from '../../playground/script.ts';
import type { Random } from './random.ts';

/** A turn of the scripted model, made up by chance. */
export interface Scene {
  name: string;
  /** What the agent's last words are. */
  answer: string;
  /** About how many bytes the event stream of the turn has. */
  streamBytes: number;
  next: (request: ModelRequest) => Step;
  /** What it was asked so far. */
  asked: ModelRequest[];
}

/** Bytes of the stream that each delta takes, and of those that every turn has. */
const deltaBytes = 250;
const frameBytes = 6_000;

const words =
  'the agent reads a file and finds `greet()` שלום 世界 👩‍👩‍👧 naïve — “so” it: says, what? (it) does; ok'.split(
    ' ',
  );

/** Text of so many words, in paragraphs. */
export function makeText(random: Random, count: number): string {
  const said = Array.from({ length: count }, (_, index) => {
    const gap = index === 0 ? '' : random.percent(6) ? '\n\n' : ' ';
    return `${gap}${random.pick(words)}${index}`;
  });
  return `${said.join('')}.`;
}

/** A turn in text, through tools, with a sub-agent, or at a provider that fails at first. */
export function makeScene(random: Random, key: string): Scene {
  const answer = makeText(random, random.between(20, 400));
  const chunkChars = random.between(3, 30);
  const final = say(answer, { chunkChars, delayMs: random.between(1, 6) });
  const streamBytes = frameBytes + (answer.length / chunkChars) * deltaBytes;
  const make = random.pick([makeTalk, makeTools, makeSubagent, makeRetry]);
  return listening({ answer, streamBytes, ...make(random, final, key) });
}

/** A turn that never comes to its end by itself. */
export function makeEndless(random: Random): Scene {
  const answer = makeText(random, 100);
  const chunkChars = 10;
  const step = say([answer, createHold()], { chunkChars, delayMs: 3 });
  const streamBytes = frameBytes + (answer.length / chunkChars) * deltaBytes;
  return listening({ name: 'endless', answer, streamBytes, next: () => step });
}

function listening(scene: Omit<Scene, 'asked'>): Scene {
  const asked: ModelRequest[] = [];
  const next = (request: ModelRequest): Step => {
    asked.push(request);
    return scene.next(request);
  };
  return { ...scene, asked, next };
}

type Made = Pick<Scene, 'name' | 'next'>;

function makeTalk(_: Random, final: Answer): Made {
  return { name: 'text', next: () => final };
}

function makeTools(random: Random, final: Answer): Made {
  const steps = Array.from({ length: random.between(1, 3) }, () => makeTool(random));
  return { name: 'tools', next: (request) => steps[answersOf(request, 'tool')] ?? final };
}

function makeTool(random: Random): Answer {
  const command = `for i in 1 2 3; do echo $i; sleep 0.${random.between(1, 3)}; done`;
  const text = random.percent(70) ? makeText(random, random.between(1, 20)) : '';
  return callTool('bash', { command, description: 'Count' }, { text, chunkChars: 10 });
}

function makeSubagent(random: Random, final: Answer, key: string): Made {
  const prompt = `${key}-child: look into it.`;
  const task = { description: 'Look into it', prompt, subagent_type: 'general' };
  const first = callTool('task', task, { text: makeText(random, 5) });
  const tool = random.percent(50) ? makeTool(random) : undefined;
  const report = say(makeText(random, random.between(5, 60)), { chunkChars: 8, delayMs: 3 });
  return {
    name: 'sub-agent',
    next: (request) => {
      const isFirst = answersOf(request, 'tool') === 0;
      if (request.prompt.includes(`${key}-child`)) return isFirst ? (tool ?? report) : report;
      return isFirst ? first : final;
    },
  };
}

function makeRetry(random: Random, final: Answer): Made {
  const half = say(makeText(random, random.between(1, 40)), { isDropped: true, chunkChars: 9 });
  const busy = refuse(random.pick([429, 503]), 'Overloaded', { 'retry-after': '1' });
  const failures: Step[] = [random.pick([half, busy])];
  return { name: 'retry', next: () => failures.shift() ?? final };
}

function answersOf({ messages }: ModelRequest, wanted: string): number {
  return messages.filter(({ role }) => role === wanted).length;
}
