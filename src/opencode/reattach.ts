import { type Address } from './client.ts';
import { logPathOf, readAddress, readHead } from './log.ts';
import { listProcesses, readVariable } from './processes.ts';
import { markName } from './stop.ts';

/**
 * How to speak to a server of ours whose starter was killed: its address stands in what it printed,
 * its password in its environment, so that neither had to be written down. Undefined where it is
 * gone, was not listening yet, or there is no `/proc`.
 */
export function reattachLocal(mark: string, temp: string, directory: string): Address | undefined {
  const url = readAddress(readHead(logPathOf(temp, mark)));
  const password = listProcesses()
    .filter(({ pid }) => readVariable(pid, markName) === mark)
    .map(({ pid }) => readVariable(pid, 'OPENCODE_SERVER_PASSWORD'))
    .find((found) => found !== undefined);
  if (url === undefined || password === undefined) return undefined;
  return { url, headers: basic(password), directory };
}

/** What a server of ours lets us in by. */
export function basic(password: string): Record<string, string> {
  return { authorization: `Basic ${btoa(`opencode:${password}`)}` };
}
