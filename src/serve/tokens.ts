import { hash, timingSafeEqual } from 'node:crypto';

import { tokenCharsMax, tokenCharsMin } from './limits.ts';

/** One token, known by its name and its digest only. */
export interface Token {
  name: string;
  /** SHA-256. */
  digest: Buffer;
}

/** What a text of tokens is: the tokens, or what is wrong with it, without any of it quoted. */
export type ReadTokens = { tokens: Token[] } | { problem: string };

const expected = `a name and a token of at least ${tokenCharsMin} characters, with a space between them`;

/** Reads a text of tokens: `name token` a line; empty lines and those that begin with `#` are none. */
export function readTokens(text: string): ReadTokens {
  const tokens: Token[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const where = `line ${index + 1}`;
    const words = line.trim().split(/\s+/);
    if (words[0] === '' || words[0]?.startsWith('#')) continue;
    const [name = '', secret = ''] = words;
    if (words.length !== 2 || !/^[\w.-]{1,64}$/.test(name))
      return { problem: `${where} is no token; expected ${expected}` };
    const problem = problemOf(secret);
    if (problem !== undefined) return { problem: `${where} holds a token that ${problem}` };
    const token = { name, digest: digestOf(secret) };
    const twin = tokens.find((one) => one.name === name || one.digest.equals(token.digest));
    if (twin !== undefined)
      return { problem: `${where} repeats a name or a token; expected each to be there once` };
    tokens.push(token);
  }
  return tokens.length > 0 ? { tokens } : { problem: `holds no token; expected ${expected}` };
}

/** Why a text can be no token, to stand after `that`; undefined where it can. RFC 6750, section 2.1. */
export function problemOf(secret: string): string | undefined {
  if (secret.length < tokenCharsMin)
    return `is too short; expected at least ${tokenCharsMin} characters`;
  if (secret.length > tokenCharsMax)
    return `is too long; expected at most ${tokenCharsMax} characters`;
  return /^[\x21-\x7e]+$/.test(secret) ? undefined : 'holds more than printable ASCII';
}

/** What a text is known by. */
export function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/**
 * The token that was presented, if it is one of these. Every digest is compared whole, whether or not
 * one has fitted already: the time taken tells nothing of how right a wrong one is, nor which it was.
 */
export function findToken(tokens: readonly Token[], presented: Buffer): Token | undefined {
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(token.digest, presented)) found = token;
  return found;
}

/** What a connection presented last, and its digest. */
const lastPresented = new WeakMap<object, { secret: string; digest: Buffer }>();

/**
 * The digest of what was presented on a connection. One that presents the same as before, as clients
 * do, costs no new digest, which is a tenth of a small request.
 */
export function digestOn(connection: object, secret: string): Buffer {
  const last = lastPresented.get(connection);
  if (last !== undefined && isSame(secret, last.secret)) return last.digest;
  const digest = digestOf(secret);
  lastPresented.set(connection, { secret, digest });
  return digest;
}

/**
 * Takes a time that depends on the length of `text` alone: a proxy before us may have the requests of
 * strangers on one connection, and none must learn what another one presents.
 */
function isSame(text: string, known: string): boolean {
  let difference = text.length ^ known.length;
  for (let index = 0; index < text.length; index += 1)
    difference |= text.charCodeAt(index) ^ known.charCodeAt(index % known.length);
  return difference === 0;
}

/** What stands after `Bearer` (RFC 6750, section 2.1); empty where there is no such header, or two. */
export function presentedBy(authorizations: readonly string[]): string {
  const [only, second] = authorizations;
  if (only === undefined || second !== undefined) return '';
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(only)?.[1] ?? '';
}
