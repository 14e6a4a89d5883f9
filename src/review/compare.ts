import type { NamedFinding } from './fingerprint.ts';
import type { Follow, FormerFinding } from './review.ts';

/** What became of former findings, and which are new. */
export interface Comparison {
  fixed: FormerFinding[];
  /** Those that are still there, whether or not the agent found them again. */
  open: FormerFinding[];
  /** Those that no earlier review made. */
  fresh: NamedFinding[];
}

/**
 * Compares a review with what was found before. What the agent finds again is open, even if it calls
 * it fixed; what it does not mention is open too. Only what it calls fixed, and does not find, is.
 */
export function compareFindings(
  former: readonly FormerFinding[],
  named: readonly NamedFinding[],
  follows: readonly Follow[],
): Comparison {
  const known = new Set(former.map(({ id }) => id));
  const found = new Set(named.map(({ id }) => id));
  const said = new Map(follows.map(({ id, state }) => [id, state]));
  const isFixed = ({ id }: FormerFinding): boolean => said.get(id) === 'fixed' && !found.has(id);
  return {
    fixed: former.filter(isFixed),
    open: former.filter((each) => !isFixed(each)),
    fresh: named.filter(({ id }) => !known.has(id)),
  };
}
