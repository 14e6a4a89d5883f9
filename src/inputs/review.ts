import { flag, lines, oneOf } from './fields.ts';
import type { Env } from './fields.ts';

/** How pull requests are reviewed. */
export interface ReviewInputs {
  /** Whether the event alone asks for one: `review: true` on a `pull_request` event. */
  isWanted: boolean;
  /** `formal`: the verdict approves or requests changes; `comment`: it never does. */
  verdict: 'formal' | 'comment';
  /** The least weight of what becomes a comment on its lines. */
  severity: 'blocking' | 'concern' | 'all';
  /** Patterns of files, as in a `.gitignore`: a change of nothing else is not reviewed. */
  ignored: string[];
  /** The verdict that fails the step: that one, or a worse. */
  failOn: 'never' | 'reject' | 'conditional';
}

/** Reads how pull requests are reviewed. Throws `invalid-input`. */
export function readReview(env: Env): ReviewInputs {
  return {
    isWanted: flag(env, 'review') && env['GITHUB_EVENT_NAME'] === 'pull_request',
    verdict: oneOf(env, 'review-verdict', ['formal', 'comment'], 'comment'),
    severity: oneOf(env, 'review-severity', ['blocking', 'concern', 'all'], 'all'),
    ignored: lines(env, 'review-ignore').filter((line) => !line.startsWith('#')),
    failOn: oneOf(env, 'fail-on', ['never', 'reject', 'conditional'], 'never'),
  };
}
