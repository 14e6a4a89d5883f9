/** How a review comes out. */
export type Verdict = 'PASS' | 'CONDITIONAL' | 'REJECT';

/** How much can go wrong with the change. */
export type RiskLevel = 'LOW' | 'MED' | 'HIGH';

/** How much a finding weighs, the heaviest first: `blocking` is what must change before a merge. */
export type Severity = 'blocking' | 'concern' | 'missing-test';

/** Where a finding stands: lines of the file after the change (`RIGHT`), or before it (`LEFT`). */
export interface FindingPlace {
  path: string;
  side: 'LEFT' | 'RIGHT';
  /** From 1; the last line that it is about. */
  line: number;
  /** The first line, where there are more than one; else absent. */
  startLine?: number;
}

/** One thing that the agent found. */
export interface Finding {
  severity: Severity;
  /** One line. */
  title: string;
  /** Markdown; may be empty. */
  body: string;
  /** Undefined where it is about no lines. */
  place: FindingPlace | undefined;
  /** What should stand in the lines of `place` instead; undefined for no fix, empty to delete them. */
  suggestion: string | undefined;
}

/** What the agent says of findings that an earlier review made. */
export interface Follow {
  /** The fingerprint that it was told. */
  id: string;
  state: 'fixed' | 'open';
}

/** A review as the agent gave it, checked. */
export interface Review {
  verdict: Verdict;
  /** What was looked at and tried, as Markdown. */
  verified: string;
  findings: Finding[];
  risk: { level: RiskLevel; reason: string };
  /** What became of the former findings; empty for a first review. */
  former: Follow[];
}

/** A finding as it is remembered in a review of ours. */
export interface FormerFinding {
  /** What tells it from others: its fingerprint. */
  id: string;
  severity: Severity;
  title: string;
  /** Undefined where it stands in no file. */
  path: string | undefined;
}

/** What a review of ours remembers for the next: hidden in its body. */
export interface ReviewMemory {
  /** The commit that was read. */
  headSha: string;
  /** Of the effective diff: the change against the merge base, not the commits. */
  diff: string;
  verdict: Verdict;
  risk: RiskLevel;
  /** Those that are open. */
  findings: FormerFinding[];
}
