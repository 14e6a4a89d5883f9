import { isSecretName } from './names.ts';
import { tokenShapes } from './shapes.ts';
import { isSought } from './spellings.ts';

/** A value that must not go out, and the variable or input that it is of. */
export interface Secret {
  name: string;
  value: string;
}

/** Where secrets are looked for. */
export interface SecretSources {
  env: Readonly<Record<string, string | undefined>>;
  /** Names of variables that are secrets whatever they are called (`agent-env`). */
  agentEnv: readonly string[];
  /** Of OpenCode. */
  config: unknown;
}

type Env = SecretSources['env'];

/**
 * Every value that OpenCode or its agent may print and nobody may read: variables that look like a
 * secret or were let through as one, tokens and the passwords of addresses in any other, and the
 * texts of the configuration under names that look like a secret.
 */
export function secretsOf({ env, agentEnv, config }: SecretSources): Secret[] {
  const variables = Object.entries(env).flatMap(([name, value = '']) =>
    valuesOf(value, agentEnv.includes(name) || isSecretName(name), env, /_proxy$/i.test(name)).map(
      (secret) => ({ name, value: secret }),
    ),
  );
  const configured = configSecrets(config, false, env);
  return [...variables, ...configured.map((value) => ({ name: 'opencode-config', value }))].filter(
    ({ value }) => value.trim() !== '',
  );
}

/** The names of those that are too short to be sought; what can be no secret is none. */
export function namesOfShort(secrets: readonly Secret[]): string[] {
  const short = secrets.filter(
    ({ value }) => !isSought(value) && !/^\s*(?:true|false|\d{0,6})\s*$/i.test(value),
  );
  return [...new Set(short.map(({ name }) => name))];
}

function valuesOf(value: string, isSecret: boolean, env: Env, isProxy: boolean): string[] {
  const inside = [
    ...(isProxy || value.includes('://') ? passwordsOf(value) : []),
    ...tokenShapes.flatMap((shape) => value.match(shape) ?? []),
    ...(/authorization:\s*(?:basic|bearer)\s+(\S+)/i.exec(value)?.slice(1) ?? []),
    // A service account's key, or a configuration in a variable.
    ...(value.trimStart().startsWith('{') ? configSecrets(parse(value), false, env) : []),
  ];
  return isSecret ? [value, ...inside] : inside;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All texts below a secret name count: `headers` holds its secrets under names like any. */
function configSecrets(value: unknown, isSecret: boolean, env: Env): string[] {
  if (typeof value === 'string') {
    const inAddress = value.includes('://') ? passwordsOf(value) : [];
    return isSecret ? [...secretTexts(value, env), ...inAddress] : inAddress;
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    configSecrets(member, isSecret || isSecretField(name), env),
  );
}

function isSecretField(name: string): boolean {
  return isSecretName(name) || /^headers?$|authorization/i.test(name);
}

/** `{env:NAME}` stands for a variable; that is its secret then. https://opencode.ai/docs/config */
function secretTexts(text: string, env: Env): string[] {
  const names = [...text.matchAll(/\{env:([^}]+)\}/g)].map((match) => match[1] ?? '');
  if (names.length > 0) return names.flatMap((name) => env[name] ?? []);
  return [text, text.replace(/^(?:basic|bearer)\s+/i, '')];
}

/**
 * `user:password` of an address, and the password alone, in plain letters too; a proxy may be given
 * without a scheme.
 */
function passwordsOf(address: string): string[] {
  const pair = /^(?:[a-z][\w+.-]*:\/\/)?([^\s:@/]*:\S+)@[^\s@]*$/i.exec(address)?.[1];
  if (pair === undefined) return [];
  const password = pair.slice(pair.indexOf(':') + 1);
  return [...new Set([pair, password, unescaped(password)])];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
