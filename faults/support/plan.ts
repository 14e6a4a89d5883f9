import type { ProxyOptions } from './proxy.ts';
import type { Random } from './random.ts';
import type { StreamFault } from './relay.ts';

/** What is done to the event stream of one run. */
export type StreamTrouble = StreamFault['kind'] | 'frames in pieces' | 'lost for good';

const usual: readonly StreamTrouble[] = [
  'reset',
  'end',
  'garbage',
  'cut',
  'end between frames',
  'frames in pieces',
];

/** The action takes 30 s to notice silence and 60 s to give up: those are a few runs only. */
const slowEvery = 40;
const slow: readonly StreamTrouble[] = ['silence', 'lost for good', 'silence'];

/** What happens to the stream of the run with that index. */
export function pickTrouble(random: Random, index: number): StreamTrouble {
  return slow[index % slowEvery] ?? random.pick(usual);
}

/**
 * Where the stream breaks: once somewhere in the `streamBytes` of the turn, often on the connections
 * after it too, and often so that other requests fail for a while as well.
 */
export function planTrouble(
  random: Random,
  trouble: StreamTrouble,
  streamBytes: number,
): Omit<ProxyOptions, 'upstream'> {
  const isInPieces = trouble === 'frames in pieces' || random.percent(20);
  const pieceBytes = isInPieces ? () => random.between(1, 400) : undefined;
  if (trouble === 'frames in pieces') return { faults: [], pieceBytes, outageMs: 0 };
  const first = random.between(0, Math.floor(streamBytes * 0.8));
  if (trouble === 'lost for good') return { ...loseForGood(random, first), pieceBytes };
  const outageMs = random.percent(40) ? random.between(100, 3_000) : 0;
  const more = trouble === 'silence' || random.percent(50) ? 0 : random.between(1, 4);
  const places = Array.from({ length: more }, () =>
    random.between(0, Math.floor(streamBytes * 0.3)),
  );
  const faults = [first, ...places].map((atByte): StreamFault =>
    trouble === 'garbage'
      ? { kind: trouble, atByte, garbage: makeGarbage(random) }
      : { kind: trouble, atByte },
  );
  return { faults, pieceBytes, outageMs };
}

/** No connection of the stream holds any more, or nothing reaches the server at all. */
function loseForGood(random: Random, atByte: number): Omit<ProxyOptions, 'upstream'> {
  const refusals = Array.from({ length: 1_000 }, (): StreamFault => ({ kind: 'reset', atByte: 0 }));
  const outageMs = random.percent(50) ? Infinity : 0;
  return { faults: [{ kind: 'reset', atByte }, ...refusals], outageMs };
}

/** None of it can be taken for events: noise that is no UTF-8, a page, and what only looks like one. */
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
