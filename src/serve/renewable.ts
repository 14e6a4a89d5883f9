import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

import { messageOf } from '../errors.ts';
import { type FlagName, type Given, one, unusable } from './flags.ts';
import { type Token, digestOf, problemOf, readTokens } from './tokens.ts';

/** A certificate chain and its key, in PEM. */
export interface Pair {
  cert: string;
  key: string;
}

/** What is read again on SIGHUP. */
export interface Renewable {
  tokens: Token[];
  pair: Pair | undefined;
}

/** Reads tokens and certificate, from the files as they are now. Throws `invalid-input`. */
export function readRenewable(given: Given): Renewable {
  return { tokens: readAllTokens(given), pair: readPair(given) };
}

function readAllTokens(given: Given): Token[] {
  const file = one(given, 'token-file');
  const lines = one(given, 'tokens');
  const single = one(given, 'token');
  const tokens = [
    ...(file === undefined ? [] : tokensOf('token-file', readFile('token-file', file))),
    ...(lines === undefined ? [] : tokensOf('tokens', lines)),
  ];
  if (single !== undefined) {
    const problem = problemOf(single);
    if (problem !== undefined)
      throw unusable('token', 'holds a token that cannot be used', `one that ${opposite(problem)}`);
    tokens.push({ name: 'env', digest: digestOf(single) });
  }
  if (tokens.length === 0)
    throw unusable('token-file', 'is missing', 'a file of tokens, or MENTION_LOOP_TOKEN');
  return tokens;
}

/** `is too short; expected at least 32 characters` says what is expected already. */
function opposite(problem: string): string {
  return problem.startsWith('is too') ? `has ${problem.replace(/.*expected /, '')}` : 'is ASCII';
}

function tokensOf(name: FlagName, text: string): Token[] {
  const read = readTokens(text);
  if ('tokens' in read) return read.tokens;
  const [problem = '', expected = 'a usable one'] = read.problem.split('; expected ');
  throw unusable(name, `cannot be used: ${problem}`, expected);
}

function readPair(given: Given): Pair | undefined {
  const cert = one(given, 'tls-cert');
  const key = one(given, 'tls-key');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw unusable('tls-key', 'stands alone', '--tls-cert beside it');
  if (key === undefined) throw unusable('tls-cert', 'stands alone', '--tls-key beside it');
  const pair = { cert: readFile('tls-cert', cert), key: readFile('tls-key', key) };
  try {
    createSecureContext({ cert: pair.cert });
  } catch (error) {
    throw unusable('tls-cert', `holds no certificate (${messageOf(error)})`, 'a chain in PEM');
  }
  try {
    createSecureContext(pair);
  } catch (error) {
    const problem = `does not hold the key of --tls-cert (${messageOf(error)})`;
    throw unusable('tls-key', problem, 'its private key in PEM, without a passphrase');
  }
  return pair;
}

/** A file's text. Throws `invalid-input` where it cannot be read. */
export function readFile(name: FlagName, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unusable(name, `is ${JSON.stringify(path)} (${code ?? 'unreadable'})`, 'a file to read');
  }
}
