import type { Git } from '../git/git.ts';

/** What a store is made of. */
export interface StoreOptions {
  /** The checkout that the agent works in. */
  workspace: string;
  /** The runner's temporary folder. */
  temp: string;
  /** The step's environment; git gets little of it. */
  env: Readonly<Record<string, string | undefined>>;
  invocationId: string;
}

/**
 * A git folder of our own over the workspace, out of the agent's reach where it has its own user:
 * own index, settings, exclusions and objects. Nothing that the agent does to the checkout's git
 * changes how the working tree is read.
 */
export interface Store extends AsyncDisposable {
  folder: string;
  /** A real path. */
  workspace: string;
  /** The commit that the workspace showed. */
  base: string;
  /** Git that finds the checkout's objects as well as ours: for contents, and for all who deliver. */
  git: Git;
  /** Git that finds our objects only, all trees of snapshots among them: no object in it is forged. */
  alone: Git;
}

/** Makes the store, before the agent starts. Throws `GitError` where there is no checkout. */
export async function openStore(options: StoreOptions, signal: AbortSignal): Promise<Store> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${options.temp}`);
}

/** The store that a killed run has made; undefined where there is none. For `post`. */
export async function reopenStore(options: StoreOptions): Promise<Store | undefined> {
  await Promise.resolve();
  throw new Error(`not built: ${options.temp}`);
}
