import { ActionError } from '../errors.ts';

/** The environment that inputs are read from. */
export type Env = Readonly<Record<string, string | undefined>>;

const quotedChars = 80;

/**
 * The value of an input, trimmed, as the runner hands it over: spaces of its name become `_`, dashes
 * stay. Empty where it is not set.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
export function text(env: Env, name: string): string {
  return (env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim();
}

/** The same, undefined where it is empty. */
export function optionalText(env: Env, name: string): string | undefined {
  return text(env, name) || undefined;
}

/** One of the values listed, exactly as it stands there. Throws `invalid-input`. */
export function oneOf<const T extends string>(
  env: Env,
  name: string,
  values: readonly T[],
  byDefault: NoInfer<T>,
): T {
  const given = text(env, name);
  if (given === '') return byDefault;
  const known = values.find((value) => value === given);
  if (known === undefined) throw refuse(name, given, `expected ${alternatives(values)}`);
  return known;
}

/** `true` or `false`, exactly; false by default. Throws `invalid-input`. */
export function flag(env: Env, name: string): boolean {
  return oneOf(env, name, ['true', 'false'], 'false') === 'true';
}

/** The items between commas, trimmed, empty ones left out. */
export function list(env: Env, name: string): string[] {
  const items = text(env, name).split(',');
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** The items on lines and between commas, trimmed, empty ones left out. */
export function lines(env: Env, name: string): string[] {
  const items = text(env, name).split(/[,\n]/);
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** A whole number above 0. Throws `invalid-input`. */
export function wholeNumber(env: Env, name: string, byDefault: number): number {
  const given = text(env, name);
  const value = given === '' ? byDefault : /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (value > 0 && Number.isSafeInteger(value)) return value;
  throw refuse(name, given, 'expected a whole number above 0');
}

/**
 * Minutes in milliseconds, at least one; fractions are allowed. Throws `invalid-input` unless it is
 * above 0 and, where there is a maximum, not above that.
 */
export function minutes(env: Env, name: string, byDefault: number, max = Infinity): number {
  const given = text(env, name);
  const value = given === '' ? byDefault : /^\d*\.?\d+$/.test(given) ? Number(given) : Number.NaN;
  if (value > 0 && value <= max && Number.isFinite(value)) return Math.ceil(value * 60_000);
  const bound = max === Infinity ? 'above 0' : `above 0 and at most ${max}`;
  throw refuse(name, given, `expected a number of minutes ${bound}`);
}

/** The error of an input whose value cannot be used; never for a secret, for it quotes the value. */
export function refuse(name: string, value: string, expected: string): ActionError {
  return refuseUnquoted(name, `is ${quote(value)}; ${expected}`);
}

/** The same without the value: for what may hold a secret. `problem` follows the input's name. */
export function refuseUnquoted(name: string, problem: string): ActionError {
  return new ActionError('invalid-input', `The input \`${name}\` ${problem}.`);
}

/** A value on one line, in quotation marks, cut where it is long. */
export function quote(value: string): string {
  const characters = Array.from(value);
  const isLong = characters.length > quotedChars;
  return JSON.stringify(isLong ? `${characters.slice(0, quotedChars).join('')}…` : value);
}

function alternatives(values: readonly string[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
