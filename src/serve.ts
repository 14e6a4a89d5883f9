import { writeSync } from 'node:fs';

import { toActionError } from './errors.ts';
import { serve } from './serving.ts';

// What is new dies young here: three times 16 MB for it, which V8 would come to use, serve nobody. Of
// the 1 MB that it begins with, what is under way at 50 connections is half, and is copied again and
// again; and the threads that would help with it have to be waited for, on one core above all. Nor must
// it be made where the old is (pretenuring): there a request that is over keeps all that it led to until
// everything is looked through, a third of the work. V8 reads this at its start alone, so that the process
// begins anew, and stays the same one: its id, its files and its environment. The names are V8's own, and
// a Node that does not know one ends: only the one that they were tried with gets them.
const heap = [
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  '--single-threaded-gc',
];
const major = Number.parseInt(process.versions.node, 10);
if (major === 24 && 'execve' in process && !heap.every((flag) => process.execArgv.includes(flag))) {
  const own = [...process.execArgv, ...heap, import.meta.filename, ...process.argv.slice(2)];
  process.execve?.(process.execPath, [process.execPath, ...own], process.env);
}
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

if (major < 24) {
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
