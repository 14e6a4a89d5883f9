import { admit } from './admit.ts';
import { attend } from './attend.ts';
import { openBounds } from './bounds.ts';
import { openDesk, type Permitted } from './desk.ts';
import { type ActionError, toActionError } from './errors.ts';
import { isNothingToDo, readTrigger } from './event/read.ts';
import { finish, show } from './finish.ts';
import { createGitHub } from './github.ts';
import * as inputs from './inputs.ts';
import { obey } from './obey.ts';
import { guardJob } from './outgoing.ts';
import { logWarning } from './outputs.ts';
import { fail, skip } from './untold.ts';

/**
 * The whole of a run: what happened, whether it may run, the agent's work, and a finished thread.
 * `startedAt` is when the process started, in milliseconds since 1970; `stop` is aborted with an
 * `ActionError`. Never rejects: what goes wrong is told on the thread and fails the step.
 */
export async function run(env: inputs.Env, stop: AbortSignal, startedAt: number): Promise<void> {
  try {
    const redactor = guardJob(env);
    const context = inputs.readRunContext(env);
    const asked = inputs.readTriggerInputs(env);
    const trigger = readTrigger(context.eventName, context.payload, asked);
    if (isNothingToDo(trigger)) return skip(trigger, startedAt);
    const token = inputs.readToken(env);
    const github = createGitHub({ token, apiUrl: context.apiUrl, redact: redactor.redact });
    const refused = await admit(github, trigger, context, stop);
    if (refused !== undefined) return skip(refused, startedAt);
    await answer({ context, trigger, github, token, redactor, stop, startedAt });
  } catch (thrown) {
    fail(toActionError(thrown), startedAt);
  }
}

/** From here on the person may know: every ending is told on the thread. */
async function answer(permitted: Permitted): Promise<void> {
  const { context, stop, startedAt } = permitted;
  if (await obey(permitted)) return;
  const wanted = attempt(() => inputs.readInputs(context.env));
  const label = 'reason' in wanted ? '' : wanted.workingLabel;
  const desk = openDesk(permitted, { isSilent: inputs.isSilent(context.env), label });
  if ('reason' in wanted) return await finish(desk, wanted, undefined, new AsyncDisposableStack());
  await using resources = new AsyncDisposableStack();
  using bounds = openBounds(stop, wanted.timeoutMs, startedAt);
  const shown = show(desk, wanted, bounds.signal);
  wanted.warnings.forEach(logWarning);
  const ending = await attend(desk, wanted, resources, bounds);
  await finish(desk, ending, shown, resources);
}

function attempt<Result>(read: () => Result): Result | ActionError {
  try {
    return read();
  } catch (thrown) {
    return toActionError(thrown);
  }
}
