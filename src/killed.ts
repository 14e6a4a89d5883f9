import { basename } from 'node:path';
import { isKept, keptFolder } from './cache/kept.ts';
import { messageOf, toActionError } from './errors.ts';
import { isNothingToDo, readTrigger } from './event/read.ts';
import type { Trigger } from './event/trigger.ts';
import * as inputs from './inputs.ts';
import { type JournalFacts, noFacts, readJournal } from './journal/read.ts';
import { readInvocationId } from './journal/path.ts';
import { redactTexts } from './outgoing.ts';
import { logWarning } from './outputs.ts';
import type { Redactor } from './redact/redactor.ts';
import type { RunFacts } from './reply/facts.ts';
import type { RunIdentity } from './marker.ts';
import { readMemory } from './session/memory.ts';

/** A run that left something undone. */
export interface Killed extends JournalFacts {
  context: inputs.RunContext;
  /** The input `github-token`. Secret. */
  token: string;
  trigger: Trigger;
  identity: RunIdentity;
  /** What was wanted, where the inputs could be read. */
  wanted: inputs.Inputs | undefined;
  isSilent: boolean;
  /** `Date.now()` at its start, as nearly as it is known. */
  startedAt: number;
  /** Whether the journal is there and of this very run; without it, only the surroundings are known. */
  isJournaled: boolean;
}

/**
 * What is known of a run whose journal is at `path`; undefined where nothing is left to do.
 * Who ran where is taken from the surroundings, which are the runner's word. The journal lies where
 * the agent could write: it only adds what the run came to, and secrets are looked for in it again.
 */
export async function readKilled(
  env: inputs.Env,
  path: string,
  redactor: Redactor,
): Promise<Killed | undefined> {
  const context = inputs.readRunContext(env);
  const asked = inputs.readTriggerInputs(env);
  const trigger = readTrigger(context.eventName, context.payload, asked);
  const invocationId = readInvocationId(path);
  if (isNothingToDo(trigger) || invocationId === undefined) {
    logWarning(`What was left by a run cannot be found: ${basename(path)} is no journal of ours.`);
    return undefined;
  }
  const identity = { runId: context.runId, attempt: context.attempt, invocationId };
  const facts = await readFacts(path);
  if (facts?.finished !== undefined) return undefined;
  const isJournaled = facts?.run !== undefined && isSame(facts.run.identity, identity);
  if (!isJournaled) {
    logWarning('The journal of the run is missing or not ours: what the agent wrote is lost.');
  }
  const known = isJournaled ? facts : noFacts();
  return {
    ...known,
    texts: redactTexts(redactor, known.texts),
    context,
    token: inputs.readToken(env),
    trigger,
    identity,
    wanted: readWanted(env),
    isSilent: inputs.isSilent(env),
    startedAt: known.run?.startedAt ?? askedAt(trigger),
    isJournaled,
  };
}

async function readFacts(path: string): Promise<JournalFacts | undefined> {
  try {
    return await readJournal(path);
  } catch (thrown) {
    logWarning(toActionError(thrown).sentence);
    return undefined;
  }
}

function isSame(one: RunIdentity, other: RunIdentity): boolean {
  return (
    one.runId === other.runId &&
    one.attempt === other.attempt &&
    one.invocationId === other.invocationId
  );
}

/** Inputs that are wrong are no hindrance: `main` has told so, or was killed before. */
function readWanted(env: inputs.Env): inputs.Inputs | undefined {
  try {
    return inputs.readInputs(env);
  } catch (thrown) {
    logWarning(`${messageOf(thrown)}.`);
    return undefined;
  }
}

function askedAt({ comment }: Trigger): number {
  return Date.parse(comment?.createdAt ?? '') || Date.now();
}

/** What of a killed run tells whether its session went with it. */
type Lost = Pick<Killed, 'memory' | 'identity'> & { context: Pick<inputs.RunContext, 'temp'> };

/**
 * What the answer says, hidden, of the session that was prompted. Whatever the journal says here, the
 * next run goes on only with a session that says of itself that it is of this thread and trust. A
 * session that went with its runner is not named: the next run goes on with the one before it.
 */
export function hiddenOf({ memory, context, identity }: Lost, purpose: string): string {
  const line = memory?.line ?? '';
  const known = readMemory(line);
  if (!purpose.startsWith('answer') || known === undefined) return '';
  const isLost =
    known.server === 'local' && !isKept(keptFolder(context.temp, identity.invocationId));
  return isLost ? '' : line;
}

/** What the reply says of the run. */
export function describeKilled(killed: Killed): RunFacts {
  const { context, trigger, session, startedAt } = killed;
  return {
    eventName: trigger.eventName,
    repository: context.repository,
    runId: context.runId,
    attempt: context.attempt,
    runUrl: context.runUrl,
    sessionId: session?.id,
    model: session?.model,
    version: session?.version,
    durationMs: Date.now() - startedAt,
  };
}
