import { messageOf } from './errors.ts';
import { logWarning } from './outputs.ts';
import { recover } from './recover.ts';

try {
  await recover(process.env);
} catch (thrown) {
  // What is left over of a run must never fail a job that succeeded.
  logWarning(`Could not tidy up after the run: ${messageOf(thrown)}.`);
}
process.exit();
