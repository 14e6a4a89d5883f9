import { messageOf } from './errors.ts';
import { recoverMs } from './limits.ts';
import { logWarning } from './outputs.ts';
import { recover } from './recover.ts';
import { saveSession } from './save-session.ts';

// What is left over of a run must never fail a job that succeeded, nor be left because of a cancel:
// the runner's own limit ends this process.
process.exitCode = 0;
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('uncaughtException', warnOf);
process.on('unhandledRejection', warnOf);
setTimeout(() => process.exit(0), recoverMs).unref();

await recover(process.env).catch(warnOf);
await saveSession(process.env).catch(warnOf);
process.exit(0);

function warnOf(thrown: unknown): void {
  logWarning(`Could not tidy up after the run: ${messageOf(thrown)}.`);
}
