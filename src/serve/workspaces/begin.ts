import { homedir } from 'node:os';
import { join } from 'node:path';

import { messageOf } from '../../errors.ts';
import type { Setting } from '../exchange.ts';
import { unusable } from '../flags.ts';
import { statusMs } from '../limits.ts';
import { isInside } from '../options.ts';
import { type Upstream, open } from '../upstream.ts';
import type { WorkspaceOptions } from './options.ts';
import { type Workspaces, openWorkspaces } from './store.ts';

/** Opens the workspaces that the flags ask for. Throws `invalid-input` where a folder cannot be used. */
export async function beginWorkspaces(
  options: WorkspaceOptions,
  { slots, upstream }: Pick<Setting, 'slots' | 'upstream'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Workspaces> {
  const isAtWork = (directory: string): boolean =>
    slots.directories().some((each) => each !== undefined && isInside(directory, each));
  const forget = (directory: string): Promise<void> => disposeInstance(upstream, directory);
  try {
    const state = options.state ?? stateOf(env);
    const path = env['PATH'] ?? '';
    return await openWorkspaces({ ...options, state, path, isAtWork, forget });
  } catch (error) {
    const problem = `cannot be used (${messageOf(error)})`;
    throw unusable('workspaces-state', problem, 'a directory that this user may write in');
  }
}

/** The user's own; one who is in no list of users has none, and this throws. */
function stateOf(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(base, 'mention-loop', 'workspaces');
}

/**
 * OpenCode keeps what it has read of a directory: configuration, agents, what was changed. Where it
 * does not answer, it has nothing in memory as a rule.
 */
async function disposeInstance(upstream: Upstream, directory: string): Promise<void> {
  const place = upstream.place();
  if (place === undefined) return;
  const path = `/instance/dispose?directory=${encodeURIComponent(directory)}`;
  const call = { method: 'POST', path, headers: ['content-length', '0'] };
  await new Promise<void>((resolve) => {
    const outgoing = open(place, call, false);
    outgoing.setTimeout(statusMs, () => outgoing.destroy());
    outgoing.on('response', (answer) => answer.resume());
    outgoing.on('error', () => resolve());
    outgoing.on('close', resolve);
    outgoing.end();
  });
}
