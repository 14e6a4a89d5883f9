import { pathChars } from '../limits/review.ts';
import type { FindingPlace } from './review.ts';

/**
 * The place that an agent gives; undefined where it is none: no line from 1, or a path that leads out
 * of the repository. The two ends of a range may have changed places.
 */
export function readPlace(raw: unknown): FindingPlace | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { path, side, line, startLine } = raw as Readonly<Record<string, unknown>>;
  const known = readPath(path);
  const last = readLine(line);
  if (known === undefined || last === undefined) return undefined;
  const first = readLine(startLine) ?? last;
  const isLeft = typeof side === 'string' && side.trim().toUpperCase() === 'LEFT';
  const place: FindingPlace = {
    path: known,
    side: isLeft ? 'LEFT' : 'RIGHT',
    line: Math.max(first, last),
  };
  return first === last ? place : { ...place, startLine: Math.min(first, last) };
}

function readPath(raw: unknown): string | undefined {
  if (typeof raw !== 'string' || raw.length > pathChars) return undefined;
  const path = raw.replace(/^(?:\.\/+)+/, '');
  const isOutside = /^(?:[/\\]|[a-z]:[/\\])/i.test(path) || path.split('/').includes('..');
  return path === '' || path.includes('\0') || isOutside ? undefined : path.toWellFormed();
}

/** A number from 1, which some models write as text. */
function readLine(raw: unknown): number | undefined {
  const isDigits = typeof raw === 'string' && /^\d{1,9}$/.test(raw.trim());
  const line = isDigits ? Number(raw) : raw;
  return typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? line : undefined;
}
