import type { Verdict } from './review.ts';

/** The input `review-verdict`: `comment` never changes the formal state. */
export type VerdictMode = 'formal' | 'comment';

/** How GitHub takes a review. */
export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

/** What the formal state depends on. */
export interface Stance {
  mode: VerdictMode;
  /** Undefined where the answer has none. */
  verdict: Verdict | undefined;
  /** Whether the head's repository is another one, or gone. */
  isFork: boolean;
  /** Whether the token's login has opened the pull request. */
  isOwnPull: boolean;
  /** Whether commits came since the head was read; undefined where that is not known. */
  hasHeadMoved: boolean | undefined;
}

/** The formal state, and why it is not the one that the verdict asks for: a sentence, else empty. */
export interface Decision {
  event: ReviewEvent;
  refusal: string;
}

/**
 * The formal state of a review. PASS approves and REJECT requests changes where that is asked for.
 * Approving is refused where it could let in what nobody has looked at; requesting changes only where
 * GitHub does not take it: https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
 */
export function decideState(stance: Stance): Decision {
  if (stance.mode === 'comment') return { event: 'COMMENT', refusal: '' };
  if (stance.verdict === undefined) return refuse('APPROVE', 'the answer has no verdict');
  if (stance.verdict === 'CONDITIONAL') return { event: 'COMMENT', refusal: '' };
  const event = stance.verdict === 'PASS' ? 'APPROVE' : 'REQUEST_CHANGES';
  const why = whyNot(event, stance);
  return why === undefined ? { event, refusal: '' } : refuse(event, why);
}

function whyNot(
  event: ReviewEvent,
  { isFork, isOwnPull, hasHeadMoved }: Stance,
): string | undefined {
  if (isOwnPull) return 'the pull request is its own';
  if (event !== 'APPROVE') return undefined;
  if (hasHeadMoved === undefined) return 'GitHub did not say whether new commits came since';
  if (hasHeadMoved) return 'new commits came while it was read';
  return isFork
    ? "the pull request comes from a fork, which a person's approval is for"
    : undefined;
}

function refuse(event: ReviewEvent, why: string): Decision {
  const what = event === 'APPROVE' ? 'not approve' : 'not formally request changes';
  return { event: 'COMMENT', refusal: `This review does ${what}: ${why}.` };
}
