import * as v from 'valibot';
import { commentChars, commentsPerAnswer } from '../limits.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What others than owner and group may do with a file. */
const others = () => v.pipe(count, v.maxValue(7));

const repository = v.object({ owner: v.string(), name: v.string() });

const ownComment = v.object({
  id: count,
  kind: v.picklist(['issue', 'review']),
  url: v.string(),
  nodeId: v.string(),
});

/** Where a run writes and how its comments are marked; the first entry of every journal. */
const run = v.object({
  type: v.literal('run'),
  identity: v.object({ runId: v.string(), attempt: count, invocationId: v.string() }),
  /** As `acknowledge` takes it. */
  target: v.object({
    repository,
    thread: v.optional(v.object({ kind: v.picklist(['issue', 'pull']), number: count })),
    comment: v.optional(v.object({ kind: v.picklist(['issue', 'review']), id: count })),
  }),
  /** The first comment of the review thread to reply in. */
  reviewThreadId: v.optional(count),
  /** The working label that is asked for: on the thread perhaps, until `acknowledged` says. */
  label: v.string(),
  reply: v.picklist(['comment', 'none']),
  eventName: v.picklist([
    'issue_comment',
    'pull_request_review_comment',
    'workflow_dispatch',
    'schedule',
    'pull_request',
    'issues',
  ]),
  runUrl: v.string(),
  /** `Date.now()` at the start of the run. */
  startedAt: v.number(),
});

const server = v.variant('kind', [
  /** `marker` is what tells our process from another that was given the same number since. */
  v.object({
    type: v.literal('server'),
    kind: v.literal('local'),
    pid: v.pipe(count, v.minValue(2)),
    marker: v.string(),
  }),
  v.object({
    type: v.literal('server'),
    kind: v.literal('remote'),
    url: v.string(),
    directory: v.string(),
  }),
]);

/** What is on the thread because of us, as `finishAcknowledgement` takes it. */
const acknowledged = v.object({
  type: v.literal('acknowledged'),
  acknowledgement: v.object({
    reactionId: v.exactOptional(count),
    mayHaveReaction: v.boolean(),
    label: v.string(),
  }),
});

/** What `restoreCheckout` needs; written before the workspace is changed. */
const checkout = v.object({
  type: v.literal('checkout'),
  restore: v.object({
    workspace: v.string(),
    pull: count,
    headSha: v.string(),
    previous: v.object({ sha: v.string(), branch: v.exactOptional(v.string()) }),
    stays: v.exactOptional(v.boolean()),
  }),
});

/** What `undoIsolation` needs; written before anything is changed. */
const isolation = v.object({
  type: v.literal('isolation'),
  facts: v.object({
    account: v.object({ name: v.string(), uid: count, home: v.string() }),
    workspace: v.object({
      path: v.string(),
      device: v.number(),
      inode: v.number(),
      owner: count,
    }),
    modes: v.array(v.object({ path: v.string(), before: others(), during: others() })),
  }),
});

/**
 * A lock may be held from here on. Only that counts: which, and by whom, `post` knows from the runner.
 */
const lock = v.object({
  type: v.literal('lock'),
  key: v.string(),
  store: v.picklist(['github', 's3']),
});

/**
 * The working tree as it was before the agent started, and whether all that the agent changed is
 * pushed, or in a patch. The last such entry counts.
 */
const changes = v.object({
  type: v.literal('changes'),
  before: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
  isSaved: v.boolean(),
});

const session = v.object({
  type: v.literal('session'),
  id: v.string(),
  model: v.string(),
  version: v.string(),
  /** Where it goes on with a former run's: the last answer that was given there. */
  after: v.exactOptional(v.string()),
});

/** What the answer says, hidden, of the session: as `findHidden` gives it. */
const memory = v.object({ type: v.literal('memory'), line: v.pipe(v.string(), v.maxLength(900)) });

/**
 * What is about to be put on the thread, as `deliver` takes it; the step summary holds it already.
 * `isSuccess` is whether the agent came to its end; missing where it was not to begin.
 */
const reply = v.object({
  type: v.literal('reply'),
  comments: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(commentChars))),
    v.minLength(1),
    v.maxLength(commentsPerAnswer),
  ),
  restNotice: v.string(),
  isSuccess: v.exactOptional(v.boolean()),
});

/**
 * How the texts changed since the last such entry: there are `count` of them now, and each named
 * one is what its first `from` UTF-16 code units were, followed by `text`.
 */
const text = v.object({
  type: v.literal('text'),
  count,
  parts: v.array(v.object({ at: count, from: count, text: v.string() })),
});

/** Reads one line of a journal. What a line holds beside its entry is left out. */
export const entrySchema = v.union([
  text,
  run,
  acknowledged,
  server,
  session,
  memory,
  checkout,
  isolation,
  lock,
  changes,
  reply,
  v.object({ type: v.literal('progress'), comment: ownComment }),
  v.object({ type: v.literal('answered'), comment: ownComment }),
  v.object({
    type: v.literal('finished'),
    outcome: v.picklist(['success', 'skipped', 'timeout', 'cancelled', 'failure']),
  }),
]);

/** One line of a journal. */
export type Entry = v.InferOutput<typeof entrySchema>;

/** A change of the texts, as `text` describes it. */
export type TextEntry = Extract<Entry, { type: 'text' }>;

/** What `Journal.note` writes; texts go through `Journal.noteTexts`. No field may hold a secret. */
export type JournalEntry = Exclude<Entry, TextEntry>;

/** The entry of one type. */
export type EntryOf<Type extends Entry['type']> = Extract<Entry, { type: Type }>;
