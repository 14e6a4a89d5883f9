// A million deltas through parsing and assembling, against splitting the lines and JSON.parse alone
// on the same bytes. Prints one line for each size; `--one MODE COUNT` measures one in this process.
import { execFileSync } from 'node:child_process';

import { decodeEvent } from '../src/opencode/decode.ts';
import { FrameSplitter } from '../src/opencode/frames.ts';
import { eventBytes } from '../src/limits.ts';
import { apply, createTranscript, toTurn } from '../src/turn/assemble.ts';

const sessionID = 'ses_208ad1c2affe1wWtB2xeX2t1Me';
const words = ['The ', 'answer ', 'שלום ', 'to the ', 'ques', 'tion 👩‍👩‍👧 ', 'is\n\n', '`code` '];
const deltasPerMessage = 20_000;

/** The stream of a turn with so many deltas, in chunks of about 64 KiB as a socket gives them. */
function* chunks(count: number): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let pending = frame('server.connected', {});
  for (let index = 0; index < count; index += 1) {
    const number = String(Math.floor(index / deltasPerMessage)).padStart(12, '0');
    const ids = { sessionID, messageID: `msg_${number}wWtB2xeX2t1Mea` };
    const partID = `prt_${number}wWtB2xeX2t1Mea`;
    if (index % deltasPerMessage === 0) pending += opening(ids, partID, index);
    const delta = words[index % words.length];
    pending += frame('message.part.delta', { ...ids, partID, field: 'text', delta });
    if (pending.length < 65_536) continue;
    yield encoder.encode(pending);
    pending = '';
  }
  yield encoder.encode(pending);
}

function opening(ids: { sessionID: string; messageID: string }, id: string, at: number): string {
  const info = { ...ids, id: ids.messageID, role: 'assistant', time: { created: at }, cost: 0 };
  const part = { id, ...ids, type: 'text', text: '' };
  return frame('message.updated', { sessionID, info }) + frame('message.part.updated', { part });
}

function frame(type: string, properties: unknown): string {
  return `data: ${JSON.stringify({ id: 'evt_208ad1c2a001', type, properties })}\n\n`;
}

/** One way to go through the stream. */
interface Work {
  take: (bytes: Uint8Array) => void;
  end: () => number;
}

/** What we do with the bytes. */
function assemble(): Work {
  const decoder = new TextDecoder();
  const transcript = createTranscript(sessionID);
  const frames = new FrameSplitter({
    maxChars: eventBytes,
    onData: (data) => apply(transcript, decodeEvent(JSON.parse(data))),
  });
  return {
    take: (bytes) => frames.feed(decoder.decode(bytes, { stream: true })),
    end: () => toTurn(transcript).texts.reduce((sum, { length }) => sum + length, 0),
  };
}

/** The least that anybody has to do with them. */
function parseOnly(): Work {
  const decoder = new TextDecoder();
  let rest = '';
  let count = 0;
  return {
    take: (bytes) => {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data: ')) continue;
        JSON.parse(line.slice(6));
        count += 1;
      }
    },
    end: () => count,
  };
}

interface Measured {
  ms: number;
  bytes: number;
  peakMiB: number;
  result: number;
}

/** Time counts only what is done with the bytes, not making them; memory is the whole process. */
function measure(mode: string, count: number): Measured {
  const { take, end } = mode === 'assemble' ? assemble() : parseOnly();
  let ms = 0;
  let bytes = 0;
  for (const chunk of chunks(count)) {
    const start = performance.now();
    take(chunk);
    ms += performance.now() - start;
    bytes += chunk.length;
  }
  const start = performance.now();
  const result = end();
  ms += performance.now() - start;
  return { ms, bytes, peakMiB: process.resourceUsage().maxRSS / 1024, result };
}

/** The best of three in processes of their own, so that one's garbage is not the other's. */
function best(mode: string, count: number): Measured {
  const runs = [1, 2, 3].map(() => {
    const args = [import.meta.filename, '--one', mode, String(count)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Measured;
  });
  return runs.reduce((a, b) => (b.ms < a.ms ? b : a));
}

function compare(): void {
  console.log('deltas     stream  ours      per delta  baseline  ratio  peak memory');
  for (const count of [250_000, 500_000, 1_000_000]) {
    const ours = best('assemble', count);
    const baseline = best('parse', count);
    const cells = [
      count.toLocaleString('en').padEnd(9),
      `${Math.round(ours.bytes / 1e6)} MB`.padStart(7),
      `${Math.round(ours.ms)} ms`.padEnd(8),
      `${((ours.ms / count) * 1e3).toFixed(2)} µs`.padEnd(9),
      `${Math.round(baseline.ms)} ms`.padEnd(8),
      (ours.ms / baseline.ms).toFixed(2).padEnd(5),
      `${Math.round(ours.peakMiB)} MiB`,
    ];
    console.log(cells.join('  '));
  }
}

const [flag, mode, count] = process.argv.slice(2);
if (flag === '--one') console.log(JSON.stringify(measure(mode ?? '', Number(count))));
else compare();
