import { matchIgnoring } from './changes/patterns.ts';
import type { NothingToDo, Trigger } from './event/trigger.ts';
import { checkGate } from './gate/check.ts';
import type { GitHub } from './github.ts';
import {
  type Env,
  readGateInputs,
  readReview,
  type ReviewInputs,
  type RunContext,
} from './inputs.ts';
import { readChangedFiles } from './review/files.ts';
import { skipReview } from './review/skip.ts';
import { pinPull } from './thread/pin.ts';

/**
 * Whether a run is to begin: undefined, or why not. Besides the gate's reasons there are those for
 * which an event asks for no review; whoever may not run it hears of none of them. Throws what
 * `checkGate` throws, and `invalid-input` for the gate's own inputs.
 */
export async function admit(
  github: GitHub,
  trigger: Trigger,
  { env, triggeringActor }: RunContext,
  signal: AbortSignal,
): Promise<NothingToDo | undefined> {
  const rules = readGateInputs(env);
  const refused = await checkGate(github, trigger, rules, triggeringActor, signal);
  if (refused !== undefined || trigger.eventName !== 'pull_request') return refused;
  return await skipUnwanted(github, trigger, readReviewOf(env), signal);
}

/** What is wrong with the inputs is said later, on the thread. */
function readReviewOf(env: Env): ReviewInputs | undefined {
  try {
    return readReview(env);
  } catch {
    return undefined;
  }
}

async function skipUnwanted(
  github: GitHub,
  trigger: Trigger,
  inputs: ReviewInputs | undefined,
  signal: AbortSignal,
): Promise<NothingToDo | undefined> {
  if (inputs?.isWanted !== true) return undefined;
  const { isDraft = false, labels = [] } = trigger;
  const matchers = inputs.ignored.map(matchIgnoring);
  const isIgnored = (path: string): boolean => matchers.some((matches) => matches(path));
  const known = { isAsked: false, isDraft, labels, isIgnored };
  const plain = skipReview({ ...known, files: undefined });
  const files = matchers.length === 0 ? undefined : await filesOf(github, trigger, signal);
  const detail = plain ?? skipReview({ ...known, files });
  return detail === undefined ? undefined : { skip: 'review-skipped', detail };
}

/** Undefined where they are not known for certain: then there is a review. */
async function filesOf(github: GitHub, trigger: Trigger, signal: AbortSignal) {
  try {
    const pin = await pinPull(github, trigger, signal);
    if (pin === undefined) return undefined;
    const { repository } = trigger;
    const pull = { github, repository, number: pin.ref.number };
    const { files, changedFiles } = await readChangedFiles(pull, pin, signal);
    return files.length === changedFiles ? files : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
