import { parseArgs } from 'node:util';

import { ActionError, messageOf } from '../errors.ts';
import { bodyMiB, drainSeconds } from './limits.ts';
import { workspaceFlags } from './workspaces/flags.ts';

/** One thing that may be set: `--name`, or its variable in the environment. */
export interface Flag {
  name: string;
  /** What stands for the value in the help; undefined: a switch. */
  value?: string;
  /** May be given more than once; the variable then holds several, one a line. */
  isRepeated?: true;
  /** The environment only: a secret must not stand in a list of processes. */
  isSecret?: true;
  byDefault?: string;
  help: string;
}

/** All there is to set: flags, variables, defaults and help are made of this. */
export const flags = [
  {
    name: 'listen',
    value: 'HOST:PORT',
    byDefault: '127.0.0.1:9200',
    help: 'Where to listen. 0.0.0.0:9200 opens it to the network.',
  },
  {
    name: 'tls-cert',
    value: 'FILE',
    help: 'Certificate chain in PEM, with --tls-key; read again on SIGHUP.',
  },
  { name: 'tls-key', value: 'FILE', help: 'Private key of the certificate, in PEM.' },
  {
    name: 'token-file',
    value: 'FILE',
    help: 'Tokens, "name token" a line, 32 characters at least; read again on SIGHUP.',
  },
  { name: 'token', isSecret: true, value: 'TOKEN', help: 'One token, named "env".' },
  { name: 'tokens', isSecret: true, value: 'LINES', help: 'Tokens, as in the token file.' },
  {
    name: 'root',
    value: 'DIR',
    isRepeated: true,
    help: 'Refuse every directory outside of DIR, which OpenCode must see at the same path.',
  },
  {
    name: 'allow',
    value: 'METHOD:PATH',
    isRepeated: true,
    help: 'Let through more than a run needs, such as DELETE:/session/:id.',
  },
  ...workspaceFlags,
  {
    name: 'max-sessions',
    value: 'N',
    help: 'How many sessions may be at work at once; the next prompt gets 429. Default: any number.',
  },
  {
    name: 'max-body',
    value: 'MIB',
    byDefault: String(bodyMiB),
    help: "Largest body of a request, in MiB; an answer's is not limited.",
  },
  {
    name: 'drain',
    value: 'SECONDS',
    byDefault: String(drainSeconds),
    help: 'How long running requests may go on after SIGTERM.',
  },
  {
    name: 'directory',
    value: 'DIR',
    help: "OpenCode's own working directory. Default: the first --root, else where this is started.",
  },
  { name: 'opencode-path', value: 'FILE', help: 'An OpenCode binary that is already there.' },
  {
    name: 'opencode-version',
    value: 'VERSION',
    help: '"installed" (on PATH) or an exact version. Default: the pinned one, installed on first use.',
  },
  {
    name: 'opencode-config',
    value: 'JSON',
    help: "Merged over this command's own OpenCode configuration.",
  },
  {
    name: 'agent-env',
    value: 'NAMES',
    help: 'Variables, comma-separated, that reach OpenCode although they look like secrets.',
  },
  {
    name: 'cache',
    value: 'DIR',
    help: 'Where OpenCode is installed to. Default: mention-loop in the cache folder of the user.',
  },
  {
    name: 'upstream',
    value: 'URL',
    help: 'Guard an OpenCode server that runs already, in place of starting one.',
  },
  {
    name: 'upstream-username',
    value: 'NAME',
    byDefault: 'opencode',
    help: "The user name of that server's Basic auth.",
  },
  { name: 'upstream-password-file', value: 'FILE', help: 'A file that holds its password.' },
  { name: 'upstream-password', isSecret: true, value: 'PASSWORD', help: 'Its password.' },
  { name: 'help', help: 'Show this.' },
] as const satisfies readonly Flag[];

/** The name of a flag that has a value. */
export type FlagName = Exclude<(typeof flags)[number]['name'], 'help'>;

/** What was set, by name: every value that is not empty, the command line's before the environment's. */
export type Given = ReadonlyMap<FlagName, readonly string[]>;

const all: readonly Flag[] = flags;

/** The variable that stands for a flag. */
export function variableOf(name: string): string {
  return `MENTION_LOOP_${name.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Reads the command line and the environment. Undefined where help is asked for; throws
 * `invalid-input` for what is no flag, and for a flag without its value.
 */
export function readFlags(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Given | undefined {
  const values = parse(argv);
  if (values['help'] !== undefined) return undefined;
  const given = new Map<FlagName, readonly string[]>();
  for (const { name } of flags) {
    if (name === 'help') continue;
    const typed = values[name];
    const found = typed === undefined ? fromEnvironment(name, env) : [typed].flat().map(String);
    if (found.some((each) => each.trim() === ''))
      throw unusable(name, 'is empty', 'a value, or no such flag');
    if (found.length > 0) given.set(name, found);
  }
  return given;
}

/** What a flag was set to; of one given more than once, the last. */
export function one(given: Given, name: FlagName): string | undefined {
  return given.get(name)?.at(-1);
}

/** The error for what was set and cannot be used: it names the flag, and says what is expected. */
export function unusable(name: FlagName, problem: string, expected: string): ActionError {
  const isSecret = all.find((flag) => flag.name === name)?.isSecret;
  const called = isSecret ? variableOf(name) : `--${name}`;
  return new ActionError('invalid-input', `${called} ${problem}; expected ${expected}.`);
}

function parse(argv: readonly string[]): Record<string, unknown> {
  const options = Object.fromEntries(
    all
      .filter(({ isSecret }) => !isSecret)
      .map(({ name, value, isRepeated }) => [
        name,
        {
          type: value === undefined ? ('boolean' as const) : ('string' as const),
          multiple: isRepeated ?? false,
        },
      ]),
  );
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new ActionError('invalid-input', `${withoutValues(messageOf(error))}.`, {
      hint: 'Expected only what --help lists.',
      cause: error,
    });
  }
}

/** Somebody may have typed a token where a flag belongs. */
function withoutValues(message: string): string {
  const flag = /'(--?[\w-]+)[ ']/.exec(message)?.[1];
  if (flag === undefined) return 'The command line holds something that is no flag';
  const known = all.find(({ name }) => `--${name}` === flag);
  if (known === undefined) return `${flag} is no flag`;
  if (known.isSecret)
    return `${flag} would be seen in the list of processes: set ${variableOf(known.name)}`;
  return `${flag} has no value, or one that it does not take`;
}

function fromEnvironment(
  name: FlagName,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const text = env[variableOf(name)] ?? '';
  if (text === '') return [];
  const isRepeated = all.find((flag) => flag.name === name)?.isRepeated;
  if (!isRepeated) return [text];
  return text.split(/[\n,]/).flatMap((line) => line.trim() || []);
}

/** What `--help` prints. */
export function renderHelp(): string {
  const open = all.filter(({ isSecret }) => !isSecret);
  const secret = all.filter(({ isSecret }) => isSecret);
  const paragraph = (head: string, flag: Flag): string => {
    const byDefault = flag.byDefault === undefined ? '' : ` Default: ${flag.byDefault}.`;
    const more = flag.isRepeated ? ' May be given more than once.' : '';
    return `  ${head}\n      ${flag.help}${byDefault}${more}`;
  };
  const shown = (flag: Flag): string =>
    flag.value === undefined
      ? `--${flag.name}`
      : `--${flag.name} ${flag.value}  (${variableOf(flag.name)})`;
  return [
    'mention-loop serve: an OpenCode server behind a bearer token.',
    '',
    'Starts OpenCode on 127.0.0.1 behind a password of its own (or guards the one of --upstream),',
    'and lets through what a run of the action needs, for whoever has a token.',
    '',
    ...open.map((flag) => paragraph(shown(flag), flag)),
    '',
    'In the environment only:',
    ...secret.map((flag) => paragraph(variableOf(flag.name), flag)),
    '',
    'Every flag may be given as the variable beside it; the flag counts first.',
    'Signals: SIGHUP reads tokens and certificate again; SIGTERM and SIGINT end it, after --drain.',
    'Exit status: 0 after SIGTERM or SIGINT, 2 for a flag that cannot be used, 1 for the rest.',
    '',
  ].join('\n');
}
