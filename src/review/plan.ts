import type { DiffLines } from './lines.ts';
import { compareFindings } from './compare.ts';
import { nameFindings, type NamedFinding } from './fingerprint.ts';
import { type Placement, placeFinding } from './place.ts';
import type { FormerFinding, Review, ReviewMemory, Severity, Verdict } from './review.ts';

/** The input `review-severity`: which findings become inline comments. */
export type SeverityThreshold = 'blocking' | 'concern' | 'all';

/** A finding as it is shown. */
export interface PlannedFinding extends NamedFinding {
  /** Whether no earlier review made it. */
  isNew: boolean;
  /** Where it becomes an inline comment; undefined where it stands in the body, in full. */
  inline: Placement | undefined;
}

/** A review as it is to be posted. */
export interface ReviewPlan {
  verdict: Verdict;
  /** Why the verdict is not the agent's, as a sentence; else empty. */
  verdictNote: string;
  verified: string;
  risk: Review['risk'];
  /** The agent's findings but those that are still open from before, the heaviest first. */
  findings: PlannedFinding[];
  /** Of former findings; both empty for a first review. */
  fixed: FormerFinding[];
  open: FormerFinding[];
  /** Whether there was a review before. */
  isAgain: boolean;
  /** What the next review is told (`ReviewMemory.findings`). */
  remembered: FormerFinding[];
}

/** What a review is planned by. */
export interface PlanInput {
  review: Review;
  diff: DiffLines;
  /** What the last review of ours remembers; undefined for a first review. */
  former: ReviewMemory | undefined;
  threshold: SeverityThreshold;
}

const inlined: Readonly<Record<SeverityThreshold, readonly Severity[]>> = {
  blocking: ['blocking'],
  concern: ['blocking', 'concern'],
  all: ['blocking', 'concern', 'missing-test'],
};

const order: readonly Severity[] = ['blocking', 'concern', 'missing-test'];

/**
 * Where each finding goes, what became of former ones, and the verdict that fits them: none that is
 * new is lost, and one that is still open is not repeated.
 */
export function planReview({ review, diff, former, threshold }: PlanInput): ReviewPlan {
  const named = nameFindings(review.findings, diff);
  const { fixed, open, fresh } = compareFindings(former?.findings ?? [], named, review.former);
  const isInline = (each: NamedFinding): boolean => inlined[threshold].includes(each.severity);
  const findings = fresh
    .toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity))
    .map((each) => ({
      ...each,
      isNew: former !== undefined,
      inline: isInline(each) ? placeFinding(each, diff) : undefined,
    }));
  return {
    ...settleVerdict(review.verdict, [...findings, ...open]),
    verified: review.verified,
    risk: review.risk,
    findings,
    fixed,
    open,
    isAgain: former !== undefined,
    remembered: [...open, ...findings.map(remember)],
  };
}

/**
 * The verdict, as far as it fits what is open: a PASS with something blocking becomes CONDITIONAL,
 * and says so. The agent had its repair round before; a verdict is never made better.
 */
export function settleVerdict(
  verdict: Verdict,
  open: readonly { severity: Severity }[],
): { verdict: Verdict; verdictNote: string } {
  const blocking = open.filter(({ severity }) => severity === 'blocking').length;
  if (verdict !== 'PASS' || blocking === 0) return { verdict, verdictNote: '' };
  const what =
    blocking === 1 ? 'a finding that is blocking is' : `${blocking} blocking findings are`;
  return {
    verdict: 'CONDITIONAL',
    verdictNote: `The agent's verdict was PASS; since ${what} open, it is CONDITIONAL.`,
  };
}

function remember({ id, severity, title, place }: NamedFinding): FormerFinding {
  return { id, severity, title, path: place?.path };
}
