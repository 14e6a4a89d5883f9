import { parseArgs } from 'node:util';

/** What `npm run try` was asked. */
export interface TryOptions {
  help: boolean;
  /** `provider/model` that answers; undefined: the scripted model, or the remote server's own. */
  model: string | undefined;
  /** Path of a webhook payload; undefined: the sample mention. */
  event: string | undefined;
  eventName: string | undefined;
  /** What the sample mention asks. */
  prompt: string | undefined;
  isRemote: boolean;
  /** The action's inputs that were given, by name. */
  inputs: Record<string, string>;
}

/** A command line that cannot be used; its message says what is expected. */
export class UsageError extends Error {}

/** The help text of `npm run try`. */
export const tryUsage = `npm run try -- [options]

Runs the bundled action on a sample mention: a GitHub emulator, the real OpenCode, and a scripted
model that needs no key. Prints the thread as it stands afterwards.

  --model PROVIDER/MODEL    a real model answers; its key comes from the environment
  --prompt TEXT             what the sample mention asks
  --event FILE              another event: a webhook payload as JSON
  --event-name NAME         its name, where the payload leaves it open
  --server-url URL          attach to an OpenCode server instead of starting one
  --server-token TOKEN      its Bearer token
  --server-username NAME    its user name, with --server-password
  --server-password WORD    its password
  --server-directory PATH   the repository's path on that server; none: it is sent there
  --timeout-minutes N       the longest that the run may take
  --input NAME=VALUE        any other input of the action; may be repeated
  --help                    this text`;

const passedOn = [
  'model',
  'server-url',
  'server-token',
  'server-username',
  'server-password',
  'server-directory',
  'timeout-minutes',
] as const;
const text = { type: 'string' } as const;
const flags = {
  help: { type: 'boolean' },
  event: text,
  'event-name': text,
  prompt: text,
  model: text,
  'server-url': text,
  'server-token': text,
  'server-username': text,
  'server-password': text,
  'server-directory': text,
  'timeout-minutes': text,
  input: { type: 'string', multiple: true },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'];

/**
 * Reads the command line of `npm run try`; `known` are the action's inputs. Throws a `UsageError`
 * for what cannot be used. What the values of inputs may be is the action's own to say.
 */
export function readTryOptions(args: readonly string[], known: readonly string[]): TryOptions {
  const values = parse(args);
  const inputs: Record<string, string> = {};
  for (const pair of values.input ?? []) {
    const [name, value] = readInput(pair, known);
    inputs[name] = value;
  }
  for (const name of passedOn) {
    const value = values[name];
    if (value !== undefined) inputs[name] = value;
  }
  // With an event of one's own, the prompt is what it is in a workflow: the input.
  if (values.event !== undefined && values.prompt !== undefined) inputs['prompt'] = values.prompt;
  checkTogether(values);
  return {
    help: values.help ?? false,
    model: values.model,
    event: values.event,
    eventName: values['event-name'],
    prompt: values.event === undefined ? values.prompt : undefined,
    isRemote: inputs['server-url'] !== undefined,
    inputs,
  };
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readInput(pair: string, known: readonly string[]): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--input "${pair}" is not NAME=VALUE.`);
  }
  if (!known.includes(name)) {
    throw new UsageError(`--input names "${name}". The inputs are: ${known.join(', ')}.`);
  }
  return [name, value];
}

function checkTogether(values: Values): void {
  const isModel = values.model === undefined || /^[^/]+\/.+$/.test(values.model);
  if (!isModel) throw new UsageError(`--model "${values.model}" is not PROVIDER/MODEL.`);
  const minutes = values['timeout-minutes'];
  if (minutes !== undefined && !(Number(minutes) > 0)) {
    throw new UsageError(`--timeout-minutes "${minutes}" is not a number above 0.`);
  }
  if (values['event-name'] !== undefined && values.event === undefined) {
    throw new UsageError('--event-name needs --event FILE, the payload that it is the name of.');
  }
  const server = passedOn.filter(
    (name) => name.startsWith('server-') && values[name] !== undefined,
  );
  if (server.length === 0 || values['server-url']) return;
  throw new UsageError(`--${server[0]} alone is not enough: a server needs --server-url.`);
}
