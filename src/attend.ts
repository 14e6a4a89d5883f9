import type { Bounds } from './bounds.ts';
import type { Desk } from './desk.ts';
import { brokenOff, type Ending } from './ending.ts';
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
    return nothing ?? (await work(desk, inputs, resources, bounds));
  } catch (thrown) {
    return brokenOff(desk, toActionError(thrown));
  }
}
