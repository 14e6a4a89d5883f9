import type { Trigger, TriggerComment } from '../event/trigger.ts';
import type { News } from '../session/news.ts';
import type { Thread } from '../thread/thread.ts';
import { createBlocks, oneLine } from './block.ts';
import type { Blocks } from './block.ts';
import { showHidden } from './hidden.ts';
import { renderNews } from './news.ts';
import type { Prompt } from './prompt.ts';
import { renderThread } from './reference.ts';
import { type Destination, renderSystem } from './system.ts';

/** What a prompt is made from. */
export interface PromptInput {
  trigger: Trigger;
  thread: Thread | undefined;
  /** What the session does not know yet of the thread; undefined: it is new, and knows nothing. */
  news?: News | undefined;
  /** The workflow's own instruction beside the task; empty: none. */
  standing: string;
  /** What is particular about the checkout, in full sentences; empty: nothing. */
  workspaceNote: string;
  /** What becomes of what the agent changes. */
  destination: Destination;
  /** Random, new for every run: at least 16 letters, digits and hyphens. */
  boundary: string;
}

/**
 * What the agent is told: the setting in `system`; in `text` the conversation as data, and the task
 * last. Pure. Nothing that others wrote can end its block, since the boundary is taken out of it, and
 * nothing in it is hidden from people who read the thread.
 */
export function renderPrompt(input: PromptInput): Prompt {
  const { trigger, thread, boundary } = input;
  const blocks = createBlocks(boundary);
  const repository = `${trigger.repository.owner}/${trigger.repository.name}`;
  const sections = [
    ...renderConversation(input, blocks),
    blocks.plain(input.workspaceNote.trim()),
    ...renderStanding(input.standing, blocks),
    ...renderPlace(trigger.comment, blocks),
    blocks.render(taskHeading(trigger), readTask(trigger)),
  ];
  return {
    system: renderSystem(repository, thread, input.destination, boundary),
    text: sections.filter((section) => section !== '').join('\n\n'),
  };
}

function renderConversation({ thread, news }: PromptInput, blocks: Blocks): string[] {
  if (thread === undefined) return [];
  return news === undefined ? renderThread(thread, blocks) : renderNews(thread, news, blocks);
}

/** A comment may quote others and hold what was pasted; the workflow's own `prompt` is no Markdown. */
function readTask({ comment, task }: Trigger): string {
  return comment === undefined ? task : showHidden(task);
}

function renderStanding(standing: string, blocks: Blocks): string[] {
  if (standing.trim() === '') return [];
  return [blocks.render('standing instruction by the workflow', standing)];
}

/** Where the review comment stands that asks: the hunk ends with the line that it is about. */
function renderPlace(comment: TriggerComment | undefined, blocks: Blocks): string[] {
  if (comment?.place === undefined) return [];
  const { path, line, side, diffHunk, commitSha } = comment.place;
  const where = [
    `File: ${oneLine(path)}`,
    ...(line === undefined ? [] : [`Line: ${line}${sideName(side)}`]),
    `Commit: ${commitSha}`,
  ];
  return [
    blocks.render('place in the diff that the task is about', [...where, '', diffHunk].join('\n')),
  ];
}

function sideName(side: string | undefined): string {
  if (side === undefined) return '';
  return side.toUpperCase() === 'LEFT' ? ' (before the change)' : ' (after the change)';
}

function taskHeading({ comment, eventName, actor }: Trigger): string {
  if (comment !== undefined) {
    const role = comment.authorAssociation.toLowerCase();
    return `task by @${comment.author.login} (role: ${role}) at ${comment.createdAt}`;
  }
  const cause = actor === undefined ? '' : `, caused by @${actor.login}`;
  return `task by the workflow (event: ${eventName}${cause})`;
}
