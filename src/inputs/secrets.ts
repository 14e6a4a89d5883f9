import { namesOfShort, type Secret, secretsOf } from '../redact/sources.ts';
import { isSought, secretChars } from '../redact/spellings.ts';
import { type Env, list, text } from './fields.ts';

const secretInputs = ['github-token', 'server-token', 'server-password'];

/** Every secret that the workflow gave this step by name, for the log's mask. */
export function readNamedSecrets(env: Env): string[] {
  const named = secretInputs.map((name) => text(env, name)).filter((secret) => secret !== '');
  return [...named, ...readRedact(env).filter(isSought)];
}

/**
 * Every value of the step that must not go out: those given by name, what is a secret in the
 * environment, and in OpenCode's configuration. Never throws: it is read before all else.
 */
export function readSecrets(env: Env): Secret[] {
  const around = Object.entries(env).filter(([name]) => !name.startsWith('INPUT_'));
  const found = secretsOf({
    env: Object.fromEntries(around),
    agentEnv: list(env, 'agent-env'),
    config: peek(text(env, 'opencode-config')),
  });
  return [
    ...secretInputs.map((name) => ({ name, value: text(env, name) })),
    ...readRedact(env).map((value) => ({ name: 'redact', value })),
    ...found,
  ].filter(({ value }) => value !== '');
}

/** The input `redact`: one value a line. */
function readRedact(env: Env): string[] {
  const lines = text(env, 'redact').split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** What is no JSON is complained about where the configuration is needed. */
function peek(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** One sentence for the log where there are secrets that are not sought. */
export function warnOfShort(env: Env): string[] {
  const names = namesOfShort(readSecrets(env)).map((name) => `\`${name}\``);
  if (names.length === 0) return [];
  const why = `they have fewer than ${secretChars} characters`;
  return [`Not looked for in what goes out, because ${why}: values of ${names.join(', ')}.`];
}
