import { cancelled } from './bounds.ts';
import { toActionError } from './errors.ts';
import { run } from './run.ts';

// A cancel and the job's time limit arrive as SIGINT, 7.5 s later as SIGTERM:
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
const stop = new AbortController();
process.on('SIGINT', () => stop.abort(cancelled()));
process.on('SIGTERM', () => stop.abort(cancelled()));
process.on('unhandledRejection', (thrown) => stop.abort(toActionError(thrown)));
process.on('uncaughtException', (thrown) => stop.abort(toActionError(thrown)));

await run(process.env, stop.signal, Date.now() - process.uptime() * 1000);
// Idle connections to GitHub would keep the process for seconds.
process.exit();
