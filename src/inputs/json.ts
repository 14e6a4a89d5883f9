import { messageOf } from '../errors.ts';
import { refuseUnquoted } from './fields.ts';

/**
 * A JSON object given as an input. Throws `invalid-input` that says where the text goes wrong, and
 * shows nothing of it: a configuration may hold a key.
 */
export function parseObject(name: string, text: string): Record<string, unknown> {
  const problem = problemOf(text);
  if (problem !== undefined) {
    throw refuseUnquoted(name, `is not JSON: it goes wrong at ${place(text, problem)}`);
  }
  const value: unknown = JSON.parse(text);
  if (isObject(value)) return value;
  const kind = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw refuseUnquoted(name, `is ${kind}; expected a JSON object`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The offset at which the text stops being JSON; undefined where it is JSON. */
function problemOf(text: string): number | undefined {
  const complaint = complaintOf(text);
  if (complaint === undefined) return undefined;
  const offset = /at position (\d+)/.exec(complaint)?.[1];
  if (offset !== undefined) return Number(offset);
  return isAboutToken(complaint) ? findToken(text) : text.length;
}

/** V8 quotes the text around an unexpected token instead of saying where it is. */
function isAboutToken(complaint: string | undefined): boolean {
  return complaint?.startsWith('Unexpected token') === true;
}

/** Bisects: a beginning of the text is complained about in the same way once it holds the token. */
function findToken(text: string): number {
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isAboutToken(complaintOf(text.slice(0, middle)))) bad = middle;
    else good = middle;
  }
  return good;
}

function complaintOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function place(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
