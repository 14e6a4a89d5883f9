import {
  edit,
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
import { compareCommits, diffOf } from './compare.ts';
import { htmlOf } from './files.ts';
import { renderFile, renderPull, renderReviewComment } from './pull.ts';

/** GitHub lists no more of them. */
const LISTED_FILES = 3_000;

function listReviewComments(call: Call): Answer {
  const { state, query } = call;
  const onPull = [...state.reviewComments.values()].filter(isOn(pullOf(call).number));
  const since = Date.parse(query['since'] ?? '1970-01-01T00:00:00Z');
  const comments = onPull.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
  if (query['direction'] === 'desc' && query['sort'] !== undefined) comments.reverse();
  return { list: comments.map((comment) => renderReviewComment(state, comment)) };
}

function getPull(call: Call): Answer {
  const issue = pullOf(call);
  if (/\bdiff\b/.test(call.accept)) return diffOf(issue.pull.files);
  return { status: 200, body: { ...renderPull(call.state, issue), ...htmlOf(call, issue) } };
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

/** Pull requests and their review comments. */
export const pullRoutes: Routes = {
  'repos/compare-commits-with-basehead': compareCommits,
  'pulls/list': listPulls,
  'pulls/create': openPull,
  'pulls/get': getPull,
  'pulls/list-files': (call) => {
    const { files, headSha } = pullOf(call).pull;
    const listed = files.slice(0, LISTED_FILES);
    return { list: listed.map((file) => renderFile(call.state, file, headSha)) };
  },
  'pulls/list-review-comments': listReviewComments,
  'pulls/create-reply-for-review-comment': reply,
  'pulls/get-review-comment': (call) => ({
    status: 200,
    body: {
      ...renderReviewComment(call.state, reviewCommentOf(call)),
      ...htmlOf(call, reviewCommentOf(call)),
    },
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
