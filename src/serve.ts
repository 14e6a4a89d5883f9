import { writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import { toActionError } from './errors.ts';
import { serve } from './serving.ts';

// What is new dies young here: three times 16 MB for it, which V8 would come to use, serve nobody. It
// stays at its first size of 1 MB, and a thousand event streams need half of the memory.
setFlagsFromString('--semi-space-growth-factor=1');
const stop = new AbortController();
const hurry = new AbortController();
const tell = (message: string): void => writeAll(2, `mention-loop serve: ${message}\n`);
const end = (reason: Error): void => (stop.signal.aborted ? hurry : stop).abort(reason);
const renewals: (() => void)[] = [];

process.on('SIGTERM', () => end(new Error('SIGTERM')));
process.on('SIGINT', () => end(new Error('SIGINT')));
process.on('SIGHUP', () => renewals.forEach((renew) => renew()));
// An error of one request must not take the others along; what it was is told.
process.on('unhandledRejection', (thrown) => tell(toActionError(thrown).sentence));
process.on('uncaughtException', (thrown) => tell(toActionError(thrown).sentence));

if (Number.parseInt(process.versions.node, 10) < 24) {
  tell(`Node 24 is needed, and this is ${process.versions.node}.`);
  process.exit(2);
}
const status = await serve(process.argv.slice(2), {
  env: process.env,
  out: (text) => writeAll(1, text),
  tell,
  stop: stop.signal,
  hurry: hurry.signal,
  onRenew: (renew) => renewals.push(renew),
});
process.exit(status);

/** Whole, and before we end; a reader that is gone is no reason to stop. */
function writeAll(file: number, text: string): void {
  try {
    for (let rest = Buffer.from(text); rest.length > 0;)
      rest = rest.subarray(writeSync(file, rest));
  } catch {
    // Nobody reads it.
  }
}
