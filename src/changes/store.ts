import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Git, type GitCall, gitIn, GitError } from '../git/git.ts';
import { copyIndex } from '../git/index-file.ts';
import { type Manner, readManner } from './manner.ts';

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
 * changes how the working tree is read. Disposal removes it, and every object that is only in it.
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

const factsSchema = v.object({ base: v.string(), objects: v.string() });

type Facts = v.InferOutput<typeof factsSchema>;

/** Makes the store, before the agent starts. Throws `GitError` where there is no checkout. */
export async function openStore(options: StoreOptions, signal: AbortSignal): Promise<Store> {
  const workspace = await realpath(options.workspace);
  const checkout = gitIn(workspace, options.env);
  const ask = async (...args: string[]): Promise<string> =>
    (await checkout(['rev-parse', '--path-format=absolute', ...args], signal)).trimEnd();
  const base = await ask('--verify', '--quiet', 'HEAD^{commit}');
  const [objects, index] = [await ask('--git-path', 'objects'), await ask('--git-path', 'index')];
  const manner = await readManner(checkout, options.env, signal);
  const facts = { base, objects };
  const own = folderOf(options);
  // Whatever is there already is not ours: a folder that exists is an error.
  await mkdir(own, { mode: 0o700 });
  const store = storeAt(own, workspace, options, facts);
  try {
    await layOut(own, manner);
    await writeFile(join(own, factsName), JSON.stringify(facts));
    await copyIndex(index, join(own, 'index'));
    await seed(store, signal);
    return store;
  } catch (thrown) {
    await store[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** https://git-scm.com/docs/gitrepository-layout */
async function layOut(own: string, manner: Manner): Promise<void> {
  for (const name of ['objects', 'refs', 'info']) await mkdir(join(own, name));
  const fallback = join(own, 'attributes');
  const config = `${manner.config}[core]\n\tattributesFile = ${JSON.stringify(fallback)}\n`;
  await writeFile(fallback, manner.fallbackAttributes);
  await writeFile(join(own, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(own, 'config'), config);
  await writeFile(join(own, 'info', 'exclude'), manner.exclude);
  await writeFile(join(own, 'info', 'attributes'), manner.attributes);
}

/** The store that a killed run has made; undefined where there is none. For `post`. */
export async function reopenStore(options: StoreOptions): Promise<Store | undefined> {
  const own = folderOf(options);
  try {
    const facts = v.parse(factsSchema, JSON.parse(await readFile(join(own, factsName), 'utf8')));
    return storeAt(own, await realpath(options.workspace), options, facts);
  } catch {
    return undefined;
  }
}

const factsName = 'mention-loop.json';

function folderOf({ temp, invocationId }: StoreOptions): string {
  return join(temp, `mention-loop-${invocationId}.git`);
}

function storeAt(
  folder: string,
  workspace: string,
  { env }: StoreOptions,
  { base, objects }: Facts,
): Store {
  const git = gitIn(workspace, env);
  const own = {
    GIT_DIR: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  // https://git-scm.com/docs/git#Documentation/git.txt-GITALTERNATEOBJECTDIRECTORIES
  const alternates = { GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects) };
  return {
    folder,
    workspace,
    base,
    git: inEnvironment(git, { ...own, ...alternates }),
    alone: inEnvironment(git, own),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function inEnvironment(git: Git, env: Record<string, string>): Git {
  return (args, signal, call: GitCall = {}) =>
    git(args, signal, { ...call, env: { ...env, ...call.env } });
}

/** An index that git cannot read, or not alone (`core.splitIndex`), is made anew from the commit. */
async function seed({ git, folder, base }: Store, signal: AbortSignal): Promise<void> {
  try {
    await git(['ls-files', '--', '.git'], signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof GitError)) throw thrown;
    await rm(join(folder, 'index'), { force: true });
    await git(['read-tree', base], signal);
  }
}
