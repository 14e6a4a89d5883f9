import type { Account } from './account.ts';
import { type Privileges, rootEnvironment, stepDown, systemPath } from './privilege.ts';

/** What starts a program as somebody else. */
export interface Launch {
  file: string;
  args: string[];
  /** Of the command itself: the program's own comes through `input`. */
  env: Record<string, string>;
  /** To be written to its standard input, which ends with it. Secret. */
  input: string;
}

/** Set by the last line of the input: without it, the input came in part only. */
const whole = 'mention_loop_whole';

/**
 * Reads what `inputOf` wrote, and becomes the program. It is read from the open pipe by `cat`, since
 * another user may not open it anew by a name such as `/dev/stdin`. An open stdin can hang OpenCode.
 */
const script = `eval "$(cat)" && [ "$${whole}" = yes ] && cd "$HOME" || exit 125
unset ${whole}
exec "$0" "$@" </dev/null`;

/**
 * How a program is started as the agent's user, at home; `view` is what stands before the step down
 * (`findView`). Its environment goes through a pipe: an
 * argument can be read by everybody on the machine, and `sudo` writes its own to the system's log.
 */
export function launchAs(
  { prefix }: Privileges,
  { uid }: Account,
  program: readonly string[],
  env: Readonly<Record<string, string>>,
  view: readonly string[] = [],
): Launch {
  const bare = ['env', '-i', `PATH=${systemPath}`];
  const command = [...bare, ...view, ...stepDown(uid), 'sh', '-c', script, ...program];
  const [file = '', ...args] = [...prefix, ...command];
  // By this the runner finds what a job has left behind.
  const tracking = env['RUNNER_TRACKING_ID'];
  const own = tracking === undefined ? {} : { RUNNER_TRACKING_ID: tracking };
  return { file, args, env: { ...rootEnvironment, ...own }, input: inputOf(env) };
}

/** What the shell has to do to have these variables. */
export function inputOf(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [...lines, `${whole}=yes`, ''].join('\n');
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02 */
function quote(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
