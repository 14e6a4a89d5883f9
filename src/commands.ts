/**
 * What the runner takes from a step's log and files. Of `@actions/core` these few lines are all that
 * we would use, and it brings an HTTP client that takes longer to load than the rest of the action.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** Prints a command about a text, which may hold anything: it is escaped onto one line. */
export function printCommand(name: 'warning' | 'error' | 'add-mask', text: string): void {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  process.stdout.write(`::${name}::${escaped}\n`);
}

/** Adds a value to one of the runner's files (outputs, state). No file, outside a runner: nothing. */
export function appendValue(path: string | undefined, name: string, value: string): void {
  // Random, so that no value can hold it and go on as another one.
  const delimiter = `ghadelimiter_${randomUUID()}`;
  if (path) appendFileSync(path, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
}
