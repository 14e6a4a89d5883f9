import {
  commentOf,
  edit,
  found,
  isOn,
  issueOf,
  Refusal,
  textOf,
  type Answer,
  type Call,
  type Routes,
} from './call.ts';
import type { Fields } from './example.ts';
import { htmlOf } from './files.ts';
import type { Issue, Label } from './records.ts';
import { renderComment, renderIssue, renderLabel } from './render.ts';
import type { GitHubState } from './state.ts';

function labelsOf(state: GitHubState, issue: Issue): Fields[] {
  return issue.labels.map((name) => renderLabel(state, knownLabel(state, name)));
}

/** Putting an unknown label on an issue creates it, as on GitHub. */
function knownLabel(state: GitHubState, name: string): Label {
  return state.labels.get(name) ?? state.addLabel(name);
}

function listComments(call: Call): Answer {
  const { state, query } = call;
  const since = Date.parse(query['since'] ?? '1970-01-01T00:00:00Z');
  const onIssue = [...state.comments.values()].filter(isOn(issueOf(call).number));
  const recent = onIssue.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
  return { list: recent.map((comment) => renderComment(state, comment)) };
}

/** Issues, their comments and their labels, and the repository's labels. */
export const issueRoutes: Routes = {
  'issues/list-labels-for-repo': ({ state }) => ({
    list: [...state.labels.values()].map((label) => renderLabel(state, label)),
  }),
  'issues/create-label': ({ state, body }) => {
    const name = String(body['name']);
    const taken = { resource: 'Label', code: 'already_exists', field: 'name' };
    if (state.labels.has(name)) throw new Refusal(422, 'Validation Failed', [taken]);
    return { status: 201, body: renderLabel(state, state.addLabel(name)) };
  },
  'issues/get-label': ({ state, params }) => ({
    status: 200,
    body: renderLabel(state, found(state.labels.get(params['name'] ?? ''))),
  }),
  'issues/get': (call) => ({
    status: 200,
    body: { ...renderIssue(call.state, issueOf(call)), ...htmlOf(call, issueOf(call)) },
  }),
  'issues/list-comments': listComments,
  'issues/create-comment': (call) => {
    const { state, identity } = call;
    const draft = { body: textOf(call, 'IssueComment'), author: identity.login };
    const comment = state.addComment(issueOf(call).number, draft);
    return { status: 201, body: renderComment(state, comment) };
  },
  'issues/get-comment': (call) => ({
    status: 200,
    body: { ...renderComment(call.state, commentOf(call)), ...htmlOf(call, commentOf(call)) },
  }),
  'issues/update-comment': (call) => {
    edit(commentOf(call), textOf(call, 'IssueComment'));
    return { status: 200, body: renderComment(call.state, commentOf(call)) };
  },
  'issues/delete-comment': (call) => {
    call.state.comments.delete(commentOf(call).id);
    return { status: 204 };
  },
  'issues/list-labels-on-issue': (call) => ({ list: labelsOf(call.state, issueOf(call)) }),
  'issues/add-labels': (call) => {
    const issue = issueOf(call);
    const asked = (call.body['labels'] ?? []) as (string | { name: string })[];
    const names = asked.map((label) => (typeof label === 'string' ? label : label.name));
    issue.labels = [...new Set([...issue.labels, ...names])];
    return { status: 200, body: labelsOf(call.state, issue) };
  },
  'issues/remove-label': (call) => {
    const issue = issueOf(call);
    const { name } = call.params;
    if (!issue.labels.includes(name ?? '')) throw new Refusal(404, 'Label does not exist');
    issue.labels = issue.labels.filter((label) => label !== name);
    return { status: 200, body: labelsOf(call.state, issue) };
  },
};
