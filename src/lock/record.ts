import * as v from 'valibot';
import { lockLeaseMaxMs, lockRecoveries, lockTextChars } from '../limits/lock.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Others can write a record: what is longer than ours can be is none. */
const text = v.pipe(v.string(), v.maxLength(lockTextChars));

const time = v.pipe(text, v.isoTimestamp());

const facts = {
  format: v.literal(1),
  /** `released` is what a lock is left at: nobody's. */
  state: v.picklist(['held', 'released']),
  /** All three prove ownership: the jobs of a matrix, and runs under act, share the first two. */
  owner: v.object({ runId: text, attempt: count, invocationId: text }),
  /** `owner/name`: whose GitHub knows the run. */
  repository: text,
  /** Where the run is seen by people. */
  runUrl: text,
  thread: v.exactOptional(v.object({ kind: v.picklist(['issue', 'pull']), number: count })),
  /** `threadId` is the first comment of a review thread: only that one can be replied to. */
  comment: v.exactOptional(
    v.object({
      kind: v.picklist(['issue', 'review']),
      id: count,
      threadId: v.exactOptional(count),
    }),
  ),
  /** The OpenCode server that the session is on, and its directory there. No credentials. */
  server: v.exactOptional(v.object({ url: text, directory: text })),
  session: v.exactOptional(text),
  /** When the lock was taken, and last renewed, by its owner's clock. */
  since: time,
  renewed: time,
  /** Milliseconds after `renewed` for which it is held without a further word. */
  leaseMs: v.pipe(count, v.minValue(1), v.maxValue(lockLeaseMaxMs)),
};

/** What a lock says, as JSON. `format` is raised where an older reader would misread it. */
export const recordSchema = v.object({
  ...facts,
  /** What it said of runs that died, and that nobody has tidied up after yet; the oldest first. */
  recovering: v.exactOptional(v.pipe(v.array(v.object(facts)), v.maxLength(lockRecoveries))),
});

/** A lock's record. */
export type LockRecord = v.InferOutput<typeof recordSchema>;
