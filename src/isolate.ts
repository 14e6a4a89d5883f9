import type { Desk } from './desk.ts';
import type { LocalServer, RunContext } from './inputs.ts';
import type { Surroundings } from './isolation/access.ts';
import {
  type Isolation,
  isAccountAtWork,
  isolate,
  readEnvironments,
  undoIsolation,
} from './isolation/isolation.ts';
import type { Killed } from './killed.ts';
import { logInfo, logWarning } from './outputs.ts';

/**
 * Gives OpenCode a user of its own, where one is wanted and can be had; what must be undone is left
 * to `resources`. Throws what `isolate` throws.
 */
export async function openIsolation(
  desk: Desk,
  wanted: LocalServer,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Isolation | undefined> {
  if (wanted.isolation === 'none') return undefined;
  const isolation = await isolate({
    ...surroundingsOf(desk.context),
    wanted: wanted.isolation,
    withStoredKeys: wanted.keyRelay === 'off',
    note: (facts) => desk.journal.note({ type: 'isolation', facts }),
    warn: logWarning,
    log: logInfo,
    signal,
  });
  if (isolation === undefined) return undefined;
  logInfo(`OpenCode runs as a user of its own, ${isolation.account.name}.`);
  return resources.use(isolation);
}

/** Ends what a killed run has isolated, if it had; resolves to true. Throws an `Error` where it cannot. */
export async function endIsolation(killed: Killed): Promise<true> {
  const facts = isolationOf(killed);
  if (facts !== undefined) await undoIsolation(facts, surroundingsOf(killed.context));
  return true;
}

/** Whether anything runs as the user that a killed run has made. */
export function isIsolatedAtWork(killed: Killed): boolean {
  const facts = isolationOf(killed);
  return facts !== undefined && isAccountAtWork(facts);
}

/** Where the agent works: its server knows the sessions of that folder by this name. */
export function workspaceOf(killed: Killed): string {
  return isolationOf(killed)?.workspace.path ?? killed.context.workspace;
}

/** The environments of the agent's processes; undefined where they are our own user's. */
export async function environmentsOf(killed: Killed): Promise<string | undefined> {
  const facts = isolationOf(killed);
  if (facts === undefined) return undefined;
  return await readEnvironments(facts, surroundingsOf(killed.context));
}

/** An agent that was not to be isolated could write to the journal: then it counts for nothing. */
function isolationOf({ isolation, wanted }: Killed): Killed['isolation'] {
  if (wanted?.server.kind !== 'local' || wanted.server.isolation === 'none') return undefined;
  return isolation;
}

function surroundingsOf({ workspace, temp, toolCache, env }: RunContext): Surroundings {
  return { workspace, temp, toolCache, env };
}
