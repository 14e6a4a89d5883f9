import type { ReviewPlan } from './plan.ts';
import type { FormerFinding, RiskLevel, Severity, Verdict } from './review.ts';

/** What became of a finding: found now, found before and still there, or found before and fixed. */
export type FindingState = 'new' | 'open' | 'fixed';

/** A finding as the output `findings` names it. */
export interface FindingOutput {
  id: string;
  state: FindingState;
  severity: Severity;
  title: string;
  body?: string;
  path?: string;
  side?: 'LEFT' | 'RIGHT';
  line?: number;
  startLine?: number;
  suggestion?: string;
}

/** What a review leaves to the steps after it. */
export interface ReviewOutputs {
  /** Undefined where the answer has none. */
  verdict: Verdict | undefined;
  risk: RiskLevel | undefined;
  findings: FindingOutput[];
  /** Undefined where none is posted. */
  posted: { id: number; url: string } | undefined;
}

/** The findings of a review, the heaviest of the new ones first. */
export function listFindings({ findings, open, fixed }: ReviewPlan): FindingOutput[] {
  const fresh = findings.map(({ id, severity, title, body, place, suggestion }): FindingOutput => ({
    id,
    state: 'new',
    severity,
    title,
    ...(body !== '' && { body }),
    ...place,
    ...(suggestion !== undefined && { suggestion }),
  }));
  return [...fresh, ...listFormer(open, 'open'), ...listFormer(fixed, 'fixed')];
}

/** Findings of which only what a review remembers is known. */
export function listFormer(
  findings: readonly FormerFinding[],
  state: FindingState,
): FindingOutput[] {
  return findings.map(({ path, ...finding }) => ({
    ...finding,
    state,
    ...(path !== undefined && { path }),
  }));
}

/** A list as JSON of so many bytes at most: the first that does not fit goes, and all behind it. */
export function listWithin(items: readonly unknown[], bytes: number): string {
  let room = bytes - 2;
  const all = items.map((item) => JSON.stringify(item));
  const end = all.findIndex((item) => (room -= Buffer.byteLength(item) + 1) < 0);
  return `[${all.slice(0, end === -1 ? all.length : end).join(',')}]`;
}
