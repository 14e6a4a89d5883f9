import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const time = v.pipe(v.string(), v.isoTimestamp());

const facts = {
  format: v.literal(1),
  /** `released` is what a lock is left at: nobody's. */
  state: v.picklist(['held', 'released']),
  /** All three prove ownership: the jobs of a matrix, and runs under act, share the first two. */
  owner: v.object({ runId: v.string(), attempt: count, invocationId: v.string() }),
  /** `owner/name`: whose GitHub knows the run. */
  repository: v.string(),
  /** Where the run is seen by people. */
  runUrl: v.string(),
  thread: v.exactOptional(v.object({ kind: v.picklist(['issue', 'pull']), number: count })),
  comment: v.exactOptional(v.object({ kind: v.picklist(['issue', 'review']), id: count })),
  /** The OpenCode server that the session is on, and its directory there. No credentials. */
  server: v.exactOptional(v.object({ url: v.string(), directory: v.string() })),
  session: v.exactOptional(v.string()),
  /** When the lock was taken, and last renewed, by its owner's clock. */
  since: time,
  renewed: time,
  /** Milliseconds after `renewed` for which it is held without a further word. */
  leaseMs: v.pipe(count, v.minValue(1)),
};

/** What a lock says, as JSON. `format` is raised where an older reader would misread it. */
export const recordSchema = v.object({
  ...facts,
  /** What it said of runs that died, and that nobody has tidied up after yet; the oldest first. */
  recovering: v.exactOptional(v.array(v.object(facts))),
});

/** A lock's record. */
export type LockRecord = v.InferOutput<typeof recordSchema>;
