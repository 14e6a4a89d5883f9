import { isSecretName } from './environment.ts';
import { isRecord } from './shapes.ts';

/** Where a server of ours has its secrets from. */
export interface SecretSources {
  env: Readonly<Record<string, string>>;
  /** Names of variables that are secrets whatever they are called (`agent-env`). */
  agentEnv: readonly string[];
  config: unknown;
}

/**
 * Every value that a server of ours may print and nobody may read: variables that look like a
 * secret or were let through as one, the passwords of proxies and of addresses, and the texts of
 * the configuration under names that look like a secret. Some stand there in several spellings.
 */
export function secretsOf({ env, agentEnv, config }: SecretSources): string[] {
  const variables = Object.entries(env).flatMap(([name, value]) => {
    if (agentEnv.includes(name) || isSecretName(name)) return [value, ...passwordsOf(value)];
    return /_proxy$/i.test(name) ? passwordsOf(value) : [];
  });
  return [...variables, ...configSecrets(config, false, env)].flatMap(spellings);
}

/** All texts below a secret name count: `headers` holds its secrets under names like any. */
function configSecrets(
  value: unknown,
  isSecret: boolean,
  env: Readonly<Record<string, string>>,
): string[] {
  if (typeof value === 'string') {
    const inAddress = value.includes('://') ? passwordsOf(value) : [];
    return isSecret ? [...secretTexts(value, env), ...inAddress] : inAddress;
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    configSecrets(member, isSecret || isSecretField(name), env),
  );
}

function isSecretField(name: string): boolean {
  return isSecretName(name) || /^headers?$|authorization/i.test(name);
}

/** `{env:NAME}` stands for a variable; that is its secret then. https://opencode.ai/docs/config */
function secretTexts(text: string, env: Readonly<Record<string, string>>): string[] {
  const names = [...text.matchAll(/\{env:([^}]+)\}/g)].map((match) => match[1] ?? '');
  if (names.length > 0) return names.flatMap((name) => env[name] ?? []);
  return [text, text.replace(/^(?:basic|bearer)\s+/i, '')];
}

/** `user:password` of an address, and the password alone; a proxy may be given without a scheme. */
function passwordsOf(address: string): string[] {
  const pair = /^(?:[a-z][\w+.-]*:\/\/)?([^\s:@/]*:\S+)@[^\s@]*$/i.exec(address)?.[1];
  return pair === undefined ? [] : [pair, pair.slice(pair.indexOf(':') + 1)];
}

/** A text as it is, line by line, within JSON, and without the escapes of an address. */
function spellings(text: string): string[] {
  return [text, ...text.split(/\r?\n/), JSON.stringify(text).slice(1, -1), unescaped(text)];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
