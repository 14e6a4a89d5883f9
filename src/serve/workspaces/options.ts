import { resolve } from 'node:path';

import { type FlagName, type Given, one, unusable } from '../flags.ts';
import {
  workspaceFiles,
  workspaceMiB,
  workspaceSilenceMs,
  workspacesMax,
  workspacesMiB,
} from '../limits.ts';
import { isInside, readDirectory, readNumber } from '../options.ts';
import type { StoreOptions } from './store.ts';

/** What the flags say of workspaces; without a `state`, it is the user's own folder. */
export type WorkspaceOptions = Pick<StoreOptions, 'directory' | 'limits' | 'quota'> & {
  state: string | undefined;
};

/**
 * Reads what concerns workspaces. They lie in a folder of their own: what a token may do in another
 * root, it may not do in them. Throws `invalid-input`.
 */
export function readWorkspaces(
  given: Given,
  roots: readonly string[],
): WorkspaceOptions | undefined {
  const text = one(given, 'workspaces');
  if (text === undefined) return refuseAlone(given);
  const directory = readDirectory('workspaces', text);
  const touches = (other: string): boolean =>
    isInside(other, directory) || isInside(directory, other);
  if (roots.some(touches))
    throw unusable('workspaces', 'and a --root lie in each other', 'a directory of its own');
  const stateText = one(given, 'workspaces-state');
  const state = stateText === undefined ? undefined : resolve(stateText);
  if (state !== undefined && (touches(state) || roots.some((root) => isInside(root, state))))
    throw unusable('workspaces-state', 'is where agents work', 'a directory that is not');
  const number = (name: FlagName, byDefault: number): number =>
    readNumber(given, name, byDefault, /^[1-9]\d{0,8}$/, 'a whole number');
  return {
    directory,
    state,
    limits: {
      bytes: number('workspace-size', workspaceMiB) * 1024 ** 2,
      entries: number('workspace-files', workspaceFiles),
      silenceMs: workspaceSilenceMs,
    },
    quota: {
      bytes: number('workspaces-quota', workspacesMiB) * 1024 ** 2,
      count: number('workspaces-max', workspacesMax),
    },
  };
}

function refuseAlone(given: Given): undefined {
  const names = [
    'workspaces-state',
    'workspaces-max',
    'workspaces-quota',
    'workspace-size',
    'workspace-files',
  ] as const;
  const alone = names.find((name) => given.has(name));
  if (alone !== undefined) throw unusable(alone, 'stands alone', '--workspaces beside it');
}
