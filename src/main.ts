import { cancelled } from './bounds.ts';
import { toActionError } from './errors.ts';
import { endingMs } from './limits.ts';
import { failStep } from './outputs.ts';
import { run } from './run.ts';

// A cancel and the job's time limit arrive as SIGINT, 7.5 s later as SIGTERM:
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
const stop = new AbortController();
process.on('SIGINT', () => end(cancelled()));
process.on('SIGTERM', () => end(cancelled()));
process.on('unhandledRejection', (thrown) => end(toActionError(thrown)));
process.on('uncaughtException', (thrown) => end(toActionError(thrown)));

try {
  await run(process.env, stop.signal, Date.now() - process.uptime() * 1000);
} catch (thrown) {
  failStep(toActionError(thrown).sentence);
}
// Idle connections to GitHub would keep the process for seconds.
process.exit();

/**
 * Has the run end. What was thrown may have been what an ending waits for: if there is none in time,
 * this process leaves the rest to `post`. The timer keeps it alive until then: Node would end it with
 * status 13, in silence, where nothing else does.
 */
function end(reason: Error): void {
  stop.abort(reason);
  setTimeout(() => {
    failStep(`The run did not come to its end in time. ${toActionError(reason).sentence}`);
    process.exit();
  }, endingMs);
}
