import type { News } from '../session/news.ts';
import type { Entry, Thread } from '../thread/thread.ts';
import type { Blocks } from './block.ts';
import { oneLine } from './block.ts';
import { count, laterNote, renderDiff, renderEntry, renderOpening } from './reference.ts';

/** What happened on the thread since the session was last told of it, and nothing of what it knows. */
export function renderNews(thread: Thread, news: News, blocks: Blocks): string[] {
  const { kind, number } = thread.ref;
  const name = kind === 'pull' ? 'pull request' : 'issue';
  return [
    `This session goes on. You know ${name} #${number} up to your last answer; what follows happened since, between lines with a new boundary. The boundaries of earlier prompts mean nothing any more.`,
    ...(news.isOpeningNew
      ? ['Title or description were edited since:', renderOpening(thread, blocks)]
      : []),
    ...(thread.later > 0 ? [laterNote(thread.later)] : []),
    ...(news.entries.length === 0 ? ['Nobody has written anything else since.'] : []),
    ...news.entries.map((entry) => renderEntry(entry, blocks, editOf(entry))),
    ...renderReactions(news, blocks),
    ...renderHead(thread, news, blocks),
  ];
}

/** What is known already may come again, in other words. */
function editOf({ createdAt, updatedAt }: Entry): string {
  return updatedAt === createdAt ? '' : `, edited at ${updatedAt}`;
}

/** By kind, with those who reacted. */
function renderReactions({ reactions }: News, blocks: Blocks): string[] {
  if (reactions.length === 0) return [];
  const kinds = Map.groupBy(reactions, ({ content }) => content);
  const lines = [...kinds].map(([content, all]) => {
    const names = all.slice(0, namedPeople).map(({ author }) => `@${author}`);
    const rest = all.length > names.length ? ` and ${all.length - names.length} more` : '';
    return `${oneLine(content)}: ${names.join(', ')}${rest}`;
  });
  return [blocks.render('reactions to your last answer', lines.join('\n'))];
}

const namedPeople = 10;

function renderHead({ pull }: Thread, { head }: News, blocks: Blocks): string[] {
  if (pull === undefined) return [];
  if (head === undefined) return ['Nothing was pushed to the pull request since.'];
  const { from, pushed } = head;
  if (pushed === 'rewritten')
    return [
      `The pull request's head was ${from} and is now ${pull.headSha}, which does not go on from there: it was rewritten. All of its diff follows.`,
      ...renderDiff(pull.diff, blocks),
    ];
  const commits = pushed.commits.map(
    ({ sha, subject, author }) => `${sha} ${oneLine(subject)} (@${author})`,
  );
  const unnamed = pushed.count - commits.length;
  return [
    `${count(pushed.count, 'commit')} ${pushed.count === 1 ? 'was' : 'were'} pushed since: the head was ${from} and is now ${pull.headSha}.`,
    blocks.render(
      unnamed > 0 ? `commits, without the first ${unnamed}` : 'commits',
      commits.join('\n'),
    ),
    ...renderDiff(pushed.diff, blocks, 'What was pushed'),
  ];
}
