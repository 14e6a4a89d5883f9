import { cp, mkdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import type { Account } from './account.ts';
import { type Privileges, stepDown } from './privilege.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Folders of a home, by the variables that name them. https://specifications.freedesktop.org/basedir-spec/ */
const folders = {
  XDG_CONFIG_HOME: '.config',
  XDG_DATA_HOME: '.local/share',
  XDG_CACHE_HOME: '.cache',
  XDG_STATE_HOME: '.local/state',
  TMPDIR: 'tmp',
};

/** Variables that name a place, or a person, of the runner's. */
const theirs = /^(SUDO_.*|XDG_RUNTIME_DIR|MAIL|TE?MP|PWD|OLDPWD|USERNAME|USERPROFILE)$/;

/** Where OpenCode finds settings besides: in the home, and where these say. https://opencode.ai/docs/config */
const settings = ['OPENCODE_CONFIG', 'OPENCODE_CONFIG_DIR'];

/** What a variable names, and where the agent finds it. */
interface Named {
  name: string;
  from: string;
  to: string;
}

/** What lies in the workspace is within reach there: it is the checkout's, as it is by then. */
function namedSettings(env: Env, home: string): Named[] {
  const workspace = env['GITHUB_WORKSPACE'] ?? '/';
  return settings.flatMap((name) => {
    if ((env[name] ?? '') === '') return [];
    const from = resolve(workspace, env[name] ?? '');
    return [{ name, from, to: from.startsWith(`${workspace}/`) ? from : join(home, name) }];
  });
}

/** Where `opencode auth` keeps the providers' keys of the job's own user. */
export function storedKeys(env: Env): string {
  const data = env['XDG_DATA_HOME'] || join(env['HOME'] ?? '/', folders.XDG_DATA_HOME);
  return join(data, 'opencode', 'auth.json');
}

/**
 * Furnishes a home while it is ours, as the job's own user: what that one may not read does not get
 * there. `withKeys` copies the stored keys too. Throws an `Error`.
 */
export async function furnish({ home }: Account, env: Env, withKeys: boolean): Promise<void> {
  for (const folder of Object.values(folders)) {
    await mkdir(join(home, folder), { recursive: true, mode: 0o700 });
  }
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? '/', folders.XDG_CONFIG_HOME);
  const own = {
    from: join(config, 'opencode'),
    to: join(home, folders.XDG_CONFIG_HOME, 'opencode'),
  };
  for (const { from, to } of [own, ...namedSettings(env, home)]) {
    // A link that leads nowhere is no setting.
    const options = { recursive: true, dereference: true, filter: isThere };
    if (from !== to && (await isThere(from))) await cp(from, to, options);
  }
  if (!withKeys) return;
  const to = join(home, folders.XDG_DATA_HOME, 'opencode', basename(storedKeys(env)));
  if (await isThere(storedKeys(env))) await cp(storedKeys(env), to, { recursive: true });
}

/** Whether keys are stored that the agent would miss. */
export async function hasStoredKeys(env: Env): Promise<boolean> {
  return await isThere(storedKeys(env));
}

/**
 * The environment of the agent: the one given, at home in its own. What the shell cannot hand over
 * (a name with a dash, say) is left out.
 */
export function atHome(
  { name, home }: Account,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([key]) => /^[A-Za-z_]\w*$/.test(key) && !theirs.test(key),
  );
  const own = Object.entries(folders).map(([key, folder]) => [key, join(home, folder)] as const);
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(own),
    ...Object.fromEntries(namedSettings(env, home).map(({ name: key, to }) => [key, to])),
    ...('RUNNER_TEMP' in env && { RUNNER_TEMP: join(home, folders.TMPDIR) }),
    HOME: home,
    USER: name,
    LOGNAME: name,
  };
}

/**
 * A path to a program that the agent can run: the one given or, where that is out of its reach, a
 * copy in its home. Throws an `Error`.
 */
export async function bringWithinReach(
  privileges: Privileges,
  { uid, home }: Account,
  program: string,
): Promise<string> {
  const test = [...stepDown(uid), 'test', '-x', program];
  const isReachable = await privileges.run(test).then(
    () => true,
    () => false,
  );
  if (isReachable) return program;
  // The agent has not run yet: nobody else can be at work in its home.
  const copy = join(home, 'opencode');
  await privileges.run(['cp', '--', program, copy]);
  await privileges.run(['chmod', '0755', '--', copy]);
  return copy;
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
