import { segmentChars, targetChars } from './limits.ts';

/** What a request asks for, decoded once. */
export interface Target {
  /** The parts of the path between the slashes. */
  segments: readonly string[];
  /** The query with its question mark, as it came; empty where there is none. */
  search: string;
}

/**
 * What a part of a path may hold once it was decoded: no slash of either kind, no `;`, no control
 * character, nothing beyond ASCII, and no `%`, so that nobody behind us can decode it once more.
 */
const plain = new RegExp(`^[\\w.~@:+-]{1,${segmentChars}}$`);

/**
 * Reads a request's target in origin form (RFC 9112, section 3.2.1). Undefined for every other form,
 * for a fragment, for a malformed escape, and for a path that has empty parts, dots or characters
 * that servers read in different ways.
 */
export function readTarget(url: string): Target | undefined {
  if (!url.startsWith('/') || url.length > targetChars || url.includes('#')) return undefined;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const segments: string[] = [];
  for (const raw of path.slice(1).split('/')) {
    const segment = decode(raw);
    if (segment === undefined || !plain.test(segment) || /^\.+$/.test(segment)) return undefined;
    segments.push(segment);
  }
  return { segments, search: mark === -1 ? '' : url.slice(mark) };
}

/** The one decoding (RFC 3986, section 2.4); undefined where an escape is malformed or not UTF-8. */
function decode(raw: string): string | undefined {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}
