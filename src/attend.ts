import type { Bounds } from './bounds.ts';
import type { Desk } from './desk.ts';
import { brokenOff, type Ending, isWork } from './ending.ts';
import { toActionError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { takeUpRequest } from './retry.ts';
import { watchForStop } from './stop-watch.ts';
import { work } from './work.ts';

/**
 * Has the agent do what was asked, or what a retry asks for again, unless a stop on the thread comes
 * first. Never rejects: what goes wrong is how it ended.
 */
export async function attend(
  desk: Desk,
  inputs: Inputs,
  resources: AsyncDisposableStack,
  bounds: Bounds,
): Promise<Ending> {
  using _stops = watchForStop(desk, bounds);
  try {
    const nothing = await takeUpRequest(desk, bounds.signal);
    return nothing ?? withRequest(desk, await work(desk, inputs, resources, bounds));
  } catch (thrown) {
    return withRequest(desk, brokenOff(desk, toActionError(thrown)));
  }
}

/** The comment that is answered does not say what was asked: the answer does. */
function withRequest({ trigger: { request } }: Desk, ending: Ending): Ending {
  if (request === undefined || !isWork(ending)) return ending;
  const note = `The request was made before, and is run again: ${request.url}`;
  return { ...ending, notes: [note, ...ending.notes] };
}
