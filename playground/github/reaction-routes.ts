import {
  commentOf,
  issueOf,
  now,
  Refusal,
  reviewCommentOf,
  type Answer,
  type Call,
  type Routes,
} from './call.ts';
import type { Reaction, Written } from './records.ts';
import { renderReaction } from './render.ts';

/** The same reaction by the same author is one reaction: 200 instead of 201. */
function react({ state, identity, body }: Call, { reactions }: Written): Answer {
  const content = String(body['content']);
  const known = reactions.find((r) => r.content === content && r.login === identity.login);
  if (known !== undefined) return { status: 200, body: renderReaction(state, known) };
  const { login } = identity;
  const reaction: Reaction = { id: state.nextId(), content, login, createdAt: now() };
  reactions.push(reaction);
  return { status: 201, body: renderReaction(state, reaction) };
}

function listReactions({ state, query }: Call, { reactions }: Written): Answer {
  const { content } = query;
  const asked = reactions.filter((r) => content === undefined || r.content === content);
  return { list: asked.map((reaction) => renderReaction(state, reaction)) };
}

function unreact({ params }: Call, { reactions }: Written): Answer {
  const index = reactions.findIndex((r) => r.id === Number(params['reaction_id']));
  if (index < 0) throw new Refusal(404, 'Not Found');
  reactions.splice(index, 1);
  return { status: 204 };
}

/** Reactions to issues, comments and review comments. */
export const reactionRoutes: Routes = {
  'reactions/list-for-issue': (call) => listReactions(call, issueOf(call)),
  'reactions/create-for-issue': (call) => react(call, issueOf(call)),
  'reactions/delete-for-issue': (call) => unreact(call, issueOf(call)),
  'reactions/list-for-issue-comment': (call) => listReactions(call, commentOf(call)),
  'reactions/create-for-issue-comment': (call) => react(call, commentOf(call)),
  'reactions/delete-for-issue-comment': (call) => unreact(call, commentOf(call)),
  'reactions/list-for-pull-request-review-comment': (call) =>
    listReactions(call, reviewCommentOf(call)),
  'reactions/create-for-pull-request-review-comment': (call) => react(call, reviewCommentOf(call)),
  'reactions/delete-for-pull-request-comment': (call) => unreact(call, reviewCommentOf(call)),
};
