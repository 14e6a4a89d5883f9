import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';

import { ActionError } from '../errors.ts';
import { type Npm, fetchIntegrity, fetchTarball, integrityOf, unpack } from './npm.ts';
import { pinOf } from './pins.ts';
import { binaryName, packageFor, thisPlatform } from './platform.ts';

/** Where OpenCode's binary comes from. */
export interface BinaryOptions {
  /** `installed` (on `PATH`), an exact version, or undefined for the pinned one. */
  version: string | undefined;
  /** A binary that is already there; the version counts for nothing then. */
  path: string | undefined;
  /** Kept here from run to run. */
  toolCache: string;
  temp: string;
  env: Readonly<Record<string, string | undefined>>;
  warn: (message: string) => void;
  progress: (message: string) => void;
  signal: AbortSignal;
}

/** One version of OpenCode for this machine; `integrity` undefined: the registry's own counts. */
interface Release {
  packageName: string;
  version: string;
  integrity: string | undefined;
}

const binary = binaryName(process.platform);

/**
 * Path of an OpenCode binary: the one given, the one on `PATH`, or one from its platform's npm
 * package, whose sha512 was checked before it was unpacked.
 * Throws `invalid-input` for a path that cannot be run, `server-start-failed` for the rest.
 */
export async function findBinary(options: BinaryOptions): Promise<string> {
  if (options.path !== undefined) return await checkGiven(options.path);
  if (options.version === 'installed') return await findInstalled(options.env);
  const release = releaseFor(options);
  const folders = [options.toolCache, options.temp]
    .filter((root) => root !== '')
    .map((root) => join(root, 'mention-loop-opencode', release.version, release.packageName));
  for (const folder of folders) {
    if (await isRunnable(binaryIn(folder))) return binaryIn(folder);
  }
  return await install(release, await firstWritable(folders), options);
}

async function checkGiven(path: string): Promise<string> {
  if (await isRunnable(path)) return path;
  throw new ActionError(
    'invalid-input',
    `The input \`opencode-path\` is "${path}", and there is no file there that can be run.`,
    {
      hint: 'Expected the path of an OpenCode binary.',
    },
  );
}

async function findInstalled(env: BinaryOptions['env']): Promise<string> {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((name) => name !== '');
  for (const folder of folders) {
    const path = join(folder, binary);
    if (await isRunnable(path)) return path;
  }
  throw new ActionError(
    'server-start-failed',
    `There is no \`${binary}\` on \`PATH\`, and \`opencode-version\` is \`installed\`.`,
    {
      hint: 'Install OpenCode in an earlier step, give `opencode-path`, or leave `opencode-version` empty.',
    },
  );
}

function releaseFor({ version, warn }: BinaryOptions): Release {
  const platform = thisPlatform();
  const packageName = packageFor(platform);
  if (packageName === undefined) {
    throw new ActionError(
      'server-start-failed',
      `OpenCode has no package for ${platform.os} on ${platform.arch}.`,
      {
        hint: 'Give `opencode-path`, or attach to a server with `server-url`.',
      },
    );
  }
  const pin = pinOf(packageName);
  const isPinned = version === undefined || version === pin.version;
  const release = isPinned
    ? { packageName, ...pin }
    : { packageName, version, integrity: undefined };
  if (release.integrity === undefined) {
    warn(
      `${packageName} ${release.version} is not pinned in this action: it is checked against what the npm registry says of it, and nothing else.`,
    );
  }
  return release;
}

/**
 * Fetches, checks and unpacks beside the final folder, then renames: what is there is complete,
 * whatever became of other runs. Answers with the binary's path.
 */
async function install(release: Release, folder: string, options: BinaryOptions): Promise<string> {
  const { signal } = options;
  const spec = `${release.packageName}@${release.version}`;
  const work = await mkdtemp(`${folder}.`);
  try {
    const npm: Npm = { folder: work, env: options.env };
    options.progress(`Installing OpenCode ${release.version}`);
    const expected = release.integrity ?? (await fetchIntegrity(npm, spec, signal));
    const tarball = await fetchTarball(npm, spec, signal);
    await check(spec, tarball, expected, signal);
    await unpack(work, basename(tarball), signal);
    await keep(join(work, 'package'), folder);
    return binaryIn(folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The tool cache may be somebody else's to write; the runner's temporary folder never is. */
async function firstWritable(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    try {
      await mkdir(dirname(folder), { recursive: true });
      await access(dirname(folder), constants.W_OK);
      return folder;
    } catch {
      // The next one, then.
    }
  }
  throw new ActionError(
    'server-start-failed',
    'OpenCode cannot be installed: neither the tool cache nor the temporary folder can be written.',
    {
      hint: 'See to `RUNNER_TOOL_CACHE` and `RUNNER_TEMP`, or give `opencode-path`.',
    },
  );
}

async function check(
  spec: string,
  tarball: string,
  expected: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await integrityOf(tarball, signal)) === expected) return;
  throw new ActionError(
    'server-start-failed',
    `What npm fetched as ${spec} does not have the checksum that it must have; it was not unpacked.`,
    {
      hint: 'Look at what the npm registry in use serves, or give `opencode-path`.',
    },
  );
}

/** Another run may have been quicker: then its folder is as good as ours. */
async function keep(unpacked: string, folder: string): Promise<void> {
  try {
    await rename(unpacked, folder);
  } catch (error) {
    if (!(await isRunnable(binaryIn(folder)))) throw error;
  }
}

function binaryIn(folder: string): string {
  return join(folder, 'bin', binary);
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
