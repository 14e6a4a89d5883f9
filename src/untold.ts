import type { ActionError } from './errors.ts';
import type { NothingToDo } from './event/trigger.ts';
import { failStep, logInfo, writeOutputs } from './outputs.ts';

/** Ends a run that had nothing to do: the log and the outputs say why, and GitHub hears nothing. */
export function skip({ skip: reason, detail }: NothingToDo, startedAt: number): void {
  logInfo(`Nothing to do (${reason}): ${detail}`);
  writeOutputs({ ...nothing, reason, durationMs: Date.now() - startedAt });
}

/** Ends a run that failed before it was known whether anybody may hear of it. */
export function fail({ reason, sentence }: ActionError, startedAt: number): void {
  writeOutputs({ ...nothing, reason, durationMs: Date.now() - startedAt });
  failStep(sentence);
}

const nothing = {
  response: '',
  isPartial: false,
  sessionId: undefined,
  comment: undefined,
  usage: undefined,
};
