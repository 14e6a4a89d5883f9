import type { EndedTurn } from '../turn/turn.ts';
import type { PlannedFinding, ReviewPlan } from '../review/plan.ts';
import type { ReviewMemory } from '../review/review.ts';
import type { Audience } from './audience.ts';
import type { RunFacts } from './facts.ts';
import type { Reply } from './render.ts';

/** What a review's body is made from; `notes` are sentences of ours, `hidden` its memory, rendered. */
export interface ReviewReplyInput {
  plan: ReviewPlan;
  turn: EndedTurn;
  facts: RunFacts;
  notes: readonly string[];
  /** Why the formal state is not the one that the verdict asks for; else empty. */
  refusal: string;
  /** `renderMemory`'s line, which goes to the very end. */
  hidden: string;
  audience: Audience;
}

/** TODO: one comment, the body of the review. */
export function renderReviewReply(input: ReviewReplyInput): Reply {
  void input;
  return { comments: [''], summary: '', response: '', restNotice: '' };
}

/** TODO: an inline comment's body without the marker; `hidden` is `renderFindingId`'s line. */
export function renderInlineComment(
  finding: PlannedFinding,
  hidden: string,
  audience: Audience,
): string {
  void audience;
  return finding.body + hidden;
}

/** TODO */
export function renderRecheck(memory: ReviewMemory, headSha: string): string {
  void memory;
  return `Re-checked after ${headSha.slice(0, 7)}: the effective diff is unchanged; the verdict stands.`;
}
