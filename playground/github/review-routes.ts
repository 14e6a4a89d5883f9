/** How reviews are handed in and listed. https://docs.github.com/rest/pulls/reviews */
import {
  edit,
  found,
  isOn,
  pullOf,
  Refusal,
  textOrEmpty,
  type Answer,
  type Call,
  type Routes,
} from './call.ts';
import { renderReview, renderReviewComment } from './pull.ts';
import { checkPlace, type PlaceDraft } from './review-places.ts';
import type { ChangedFile, PullFacts, Review } from './records.ts';

const STATES: Record<string, string> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

const BODY_CHARS = 65_536;

/** A review as it is asked for. */
interface ReviewBody {
  body?: string;
  event?: string;
  commit_id?: string;
  comments?: PlaceDraft[];
}

/** What GitHub refuses of a review, it says in plain sentences. */
function refuse(...errors: string[]): never {
  throw new Refusal(422, 'Unprocessable Entity', [errors.join(' and ')]);
}

/** As a whole or not at all; without an event it waits to be submitted. */
function createReview(call: Call): Answer {
  const { state, identity } = call;
  const { number, author, pull } = pullOf(call);
  const asked: ReviewBody = call.body;
  const { body: text = '', event = 'PENDING', comments: drafts = [] } = asked;
  if (text.length > BODY_CHARS) refuse(`Body is too long (maximum is ${BODY_CHARS} characters)`);
  if (text.trim() === '' && ['COMMENT', 'REQUEST_CHANGES'].includes(event)) {
    refuse('Body can not be blank');
  }
  const own = { APPROVE: 'approve', REQUEST_CHANGES: 'request changes on' }[event];
  if (own !== undefined && author === identity.login)
    refuse(`Can not ${own} your own pull request`);
  const isActions = identity.login === 'github-actions[bot]';
  if (event === 'APPROVE' && isActions && !state.actionsMayOpenPulls) {
    refuse('GitHub Actions is not permitted to approve pull requests.');
  }
  const isOurs = (one: Review): boolean => one.number === number && one.author === identity.login;
  if ([...state.reviews.values()].some((one) => isOurs(one) && one.state === 'PENDING')) {
    refuse('User can only have one pending review per pull request');
  }
  const { commitId, files } = commitOf(pull, asked.commit_id);
  const errors = drafts.flatMap((draft) => checkPlace(draft, files));
  if (errors.length > 0) refuse(...new Set(errors));
  const written = { author: identity.login, body: text, commitId };
  const review = state.addReview(number, { ...written, state: STATES[event] ?? 'PENDING' });
  for (const { start_line: startLine, ...draft } of drafts) {
    const { patch } = files.find(({ filename }) => filename === draft.path) ?? {};
    const place = { startLine, ...(patch !== undefined && { diffHunk: patch }) };
    const { login } = identity;
    state.addReviewComment(number, { ...draft, ...place, author: login, reviewId: review.id });
  }
  return { status: 200, body: renderReview(state, review) };
}

/** The newest, unless one of the pull request's own is named. */
function commitOf(
  pull: PullFacts,
  asked: string | undefined,
): { commitId: string; files: ChangedFile[] } {
  const { headSha, files } = pull;
  if (asked === undefined || asked === headSha) return { commitId: headSha, files };
  const earlier = pull.earlier.findLast((one) => one.headSha === asked && !one.isGone);
  if (earlier === undefined) return refuse('The commitOID is not part of the pull request');
  return { commitId: earlier.headSha, files: earlier.files };
}

function reviewOf(call: Call): Review {
  const review = found(call.state.reviews.get(Number(call.params['review_id'])));
  if (review.number !== pullOf(call).number) throw new Refusal(404, 'Not Found');
  return review;
}

function updateReview(call: Call): Answer {
  const review = reviewOf(call);
  if (review.author !== call.identity.login) throw new Refusal(403, 'Forbidden');
  edit(review, textOrEmpty(call, 'PullRequestReview'));
  return { status: 200, body: renderReview(call.state, review) };
}

/** Reviews; one that waits to be submitted is its author's business. */
export const reviewRoutes: Routes = {
  'pulls/list-reviews': (call) => {
    const reviews = [...call.state.reviews.values()].filter(isOn(pullOf(call).number));
    const { login } = call.identity;
    const shown = reviews.filter(({ state, author }) => state !== 'PENDING' || author === login);
    return { list: shown.map((review) => renderReview(call.state, review)) };
  },
  'pulls/create-review': createReview,
  'pulls/update-review': updateReview,
  'pulls/list-comments-for-review': (call) => {
    const { id } = reviewOf(call);
    const comments = [...call.state.reviewComments.values()];
    const own = comments.filter(({ reviewId }) => reviewId === id);
    return { list: own.map((comment) => renderReviewComment(call.state, comment)) };
  },
};
