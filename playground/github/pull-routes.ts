import {
  edit,
  found,
  isOn,
  pullOf,
  Refusal,
  reviewCommentOf,
  textOf,
  type Answer,
  type Call,
  type Routes,
} from './call.ts';
import { listPulls, openPull } from './pull-opening.ts';
import { renderComparison } from './compare.ts';
import type { ChangedFile, PullFacts } from './records.ts';
import { renderDiff, renderFile, renderPull, renderReview, renderReviewComment } from './pull.ts';

const DIFF_FILES = 300;

function listReviewComments(call: Call): Answer {
  const { state, query } = call;
  const comments = [...state.reviewComments.values()].filter(isOn(pullOf(call).number));
  if (query['direction'] === 'desc' && query['sort'] !== undefined) comments.reverse();
  return { list: comments.map((comment) => renderReviewComment(state, comment)) };
}

function getPull(call: Call): Answer {
  const issue = pullOf(call);
  if (!/\bdiff\b/.test(call.accept)) return { status: 200, body: renderPull(call.state, issue) };
  return diffOf(issue.pull.files);
}

function diffOf(files: readonly ChangedFile[]): Answer {
  if (files.length > DIFF_FILES) {
    const message = `Sorry, the diff exceeded the maximum number of files (${DIFF_FILES}).`;
    throw new Refusal(406, message, [
      { resource: 'PullRequest', field: 'diff', code: 'too_large' },
    ]);
  }
  return { status: 200, body: renderDiff(files) };
}

/** As a diff between what is or was a pull request's base and head, else between two of its heads. */
function compare({ state, params, accept }: Call): Answer {
  const [base = '', head = ''] = (params['basehead'] ?? '').split('...');
  if (!/\bdiff\b/.test(accept)) {
    const all = [...state.issues.values()].flatMap(({ pull }) => pull ?? []);
    const isPushed = (pull: PullFacts): boolean =>
      pull.headSha === head && pull.earlier.some(({ headSha }) => headSha === base);
    const { files } = found(all.find(isPushed));
    return { status: 200, body: renderComparison(state, { base, head, files }) };
  }
  const pulls = [...state.issues.values()].flatMap(({ pull }) => pull ?? []);
  const heads = pulls.flatMap((pull) => [pull, ...pull.earlier.map((e) => ({ ...pull, ...e }))]);
  return diffOf(found(heads.find((h) => h.headSha === head && h.baseSha === base)).files);
}

function reply(call: Call): Answer {
  const { state, identity } = call;
  const first = reviewCommentOf(call);
  if (first.inReplyTo !== undefined) throw new Refusal(404, 'Not Found');
  const body = textOf(call, 'PullRequestReviewComment');
  const draft = { body, author: identity.login, inReplyTo: first.id };
  const comment = state.addReviewComment(pullOf(call).number, draft);
  return { status: 201, body: renderReviewComment(state, comment) };
}

/** Pull requests, their reviews and review comments. */
export const pullRoutes: Routes = {
  'repos/compare-commits-with-basehead': compare,
  'pulls/list': listPulls,
  'pulls/create': openPull,
  'pulls/get': getPull,
  'pulls/list-files': (call) => {
    const { files, headSha } = pullOf(call).pull;
    return { list: files.map((file) => renderFile(call.state, file, headSha)) };
  },
  'pulls/list-reviews': (call) => {
    const reviews = [...call.state.reviews.values()].filter(isOn(pullOf(call).number));
    return { list: reviews.map((review) => renderReview(call.state, review)) };
  },
  'pulls/list-review-comments': listReviewComments,
  'pulls/create-reply-for-review-comment': reply,
  'pulls/get-review-comment': (call) => ({
    status: 200,
    body: renderReviewComment(call.state, reviewCommentOf(call)),
  }),
  'pulls/update-review-comment': (call) => {
    edit(reviewCommentOf(call), textOf(call, 'PullRequestReviewComment'));
    return { status: 200, body: renderReviewComment(call.state, reviewCommentOf(call)) };
  },
  'pulls/delete-review-comment': (call) => {
    call.state.reviewComments.delete(reviewCommentOf(call).id);
    return { status: 204 };
  },
};
