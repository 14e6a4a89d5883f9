import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { ActionError, messageOf } from '../errors.ts';
import { isRecord } from './shapes.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The runner's `npm`, run in an empty folder: no project's `.npmrc` has a say in what is fetched. */
export interface Npm {
  folder: string;
  env: Env;
}

const run = promisify(execFile);
const isWindows = process.platform === 'win32';

/** What npm has no use for, and what its packages' registries must not see. */
const withheld =
  /^(?:INPUT_|STATE_|ACTIONS_|(?:GITHUB|GH)_TOKEN$|GITHUB_(?:ENV|OUTPUT|PATH|STATE)$)/;

/**
 * Fetches a package's tarball; answers with its path. Nothing of it is unpacked or run.
 * Throws `server-start-failed` where there is no npm, or where it fails.
 */
export async function fetchTarball(npm: Npm, spec: string, signal: AbortSignal): Promise<string> {
  await runNpm(npm, ['pack', spec, '--ignore-scripts', '--silent'], `fetch ${spec}`, signal);
  const tarball = (await readdir(npm.folder)).find((name) => name.endsWith('.tgz'));
  if (tarball !== undefined) return join(npm.folder, tarball);
  throw failed(`npm fetched no tarball for ${spec}.`);
}

/** The integrity (`sha512-...`) that the registry gives for a package's exact version. */
export async function fetchIntegrity(npm: Npm, spec: string, signal: AbortSignal): Promise<string> {
  const asked = ['view', spec, 'dist.integrity', '--json'];
  const output = await runNpm(npm, asked, `look up ${spec}`, signal);
  const integrity = /"(sha512-[A-Za-z0-9+/=]+)"/.exec(output)?.[1];
  if (integrity !== undefined) return integrity;
  throw failed(`The npm registry gives no sha512 for ${spec}.`);
}

/** A file's sha512, written as npm writes integrity. */
export async function integrityOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash, { signal });
  return `sha512-${hash.digest('base64')}`;
}

/** Unpacks a tarball in its own folder; tar gets no path, for Windows' drive letters look like hosts to it. */
export async function unpack(folder: string, tarball: string, signal: AbortSignal): Promise<void> {
  try {
    await run('tar', ['-xzf', tarball], { cwd: folder, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw failed(`OpenCode's package could not be unpacked: ${messageOf(error)}.`, error);
  }
}

async function runNpm(
  npm: Npm,
  args: readonly string[],
  attempted: string,
  signal: AbortSignal,
): Promise<string> {
  const env = Object.fromEntries(Object.entries(npm.env).filter(([name]) => !withheld.test(name)));
  try {
    // `npm.cmd` runs in a shell only; no argument holds more than letters, digits, dots and dashes.
    const options = { cwd: npm.folder, env, signal, shell: isWindows };
    const { stdout } = await run(isWindows ? 'npm.cmd' : 'npm', args, options);
    return stdout;
  } catch (error) {
    signal.throwIfAborted();
    throw failed(`npm could not ${attempted}: ${complaintOf(error)}.`, error);
  }
}

/** What npm says went wrong, from the first of its error lines on, short. */
function complaintOf(error: unknown): string {
  const { code, stderr } = isRecord(error) ? error : {};
  if (code === 'ENOENT') return 'there is no `npm` on `PATH`';
  const lines = (typeof stderr === 'string' ? stderr : '')
    .split('\n')
    .filter((line) => /^npm err/i.test(line));
  const said = lines.map((line) => line.replace(/^npm err(?:or)?!?\s*/i, '')).join(' ');
  return messageOf(said === '' ? error : said).slice(0, 300);
}

function failed(message: string, cause?: unknown): ActionError {
  return new ActionError('server-start-failed', message, {
    hint: 'Set `opencode-path` to an OpenCode binary that is already there, or see to npm and its registry settings.',
    cause,
  });
}
