import { type Address } from './client.ts';
import { logPathOf, readAddress, readHead } from './log.ts';
import { listProcesses, readVariable, variableIn } from './processes.ts';
import { markName } from './stop.ts';

const passwordName = 'OPENCODE_SERVER_PASSWORD';

/**
 * How to speak to a server of ours whose starter was killed: its address stands in what it printed,
 * its password in its environment, so that neither had to be written down. Undefined where it is
 * gone, was not listening yet, or there is no `/proc`. `environments` are those of another user,
 * which we may not read ourselves.
 */
export function reattachLocal(
  mark: string,
  temp: string,
  directory: string,
  environments?: string,
): Address | undefined {
  const url = readAddress(readHead(logPathOf(temp, mark)));
  const password =
    environments === undefined ? findPassword(mark) : variableIn(environments, passwordName);
  if (url === undefined || password === undefined) return undefined;
  return { url, headers: basic(password), directory };
}

function findPassword(mark: string): string | undefined {
  return listProcesses()
    .filter(({ pid }) => readVariable(pid, markName) === mark)
    .map(({ pid }) => readVariable(pid, passwordName))
    .find((found) => found !== undefined);
}

/** What a server of ours lets us in by. */
export function basic(password: string): Record<string, string> {
  return { authorization: `Basic ${btoa(`opencode:${password}`)}` };
}
