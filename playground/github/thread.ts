import type { Reaction, ReviewComment, Written } from './records.ts';
import type { GitHubState } from './state.ts';

const SIGNS: Record<string, string> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

/** An issue or a pull request with everything on it, oldest first, as text for people. */
export function printThread(state: GitHubState, number: number): string {
  const issue = state.issue(number);
  const labels = issue.labels.map((name) => ` [${name}]`).join('');
  const kind = issue.pull ? 'pull request' : 'issue';
  const isHere = (written: { number: number }): boolean => written.number === number;
  const entries = [
    ...[...state.comments.values()].map((c) => ({ ...c, where: 'commented' })),
    ...[...state.reviews.values()].map((r) => ({ ...r, where: `reviewed (${r.state})` })),
    ...[...state.reviewComments.values()].map((c) => ({ ...c, where: placeOf(c) })),
  ];
  const written = entries.filter((entry) => isHere(entry) && entry.body !== '');
  written.sort((a, b) => a.id - b.id);
  return [
    `#${number} ${issue.title} (${kind}, ${issue.state})${labels}`,
    block('opened', issue),
    ...written.map((entry) => block(entry.where, entry)),
  ].join('\n\n');
}

function placeOf({ path, line, resolvedBy }: ReviewComment): string {
  return `on ${path}:${line}${resolvedBy === undefined ? '' : ` (resolved by ${resolvedBy})`}`;
}

function block(where: string, { author, body, createdAt, reactions }: Written): string {
  const shown = body.replaceAll(/<!--.*?-->/gs, '').trim();
  const lines = shown.split('\n').map((line) => `  ${line}`.trimEnd());
  const when = createdAt.slice(0, '2026-01-01T00:00'.length).replace('T', ' ');
  return [`${author} ${where} at ${when}${signs(reactions)}`, ...lines].join('\n');
}

function signs(reactions: readonly Reaction[]): string {
  return reactions.map(({ content }) => ` ${SIGNS[content] ?? content}`).join('');
}
