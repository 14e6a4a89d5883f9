import type { Attachment } from '../attachments/attachment.ts';
import type { Trigger, TriggerComment } from '../event/trigger.ts';
import type { News } from '../session/news.ts';
import type { Thread } from '../thread/thread.ts';
import { attachmentRule, listAttachments } from './attachments.ts';
import { createBlocks, oneLine } from './block.ts';
import type { Blocks } from './block.ts';
import { showHidden } from './hidden.ts';
import { renderNews } from './news.ts';
import type { Prompt } from './prompt.ts';
import { renderThread } from './reference.ts';
import { renderFormerReview, type ReviewAsk } from './review.ts';
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
  /** Set where the task is a review of the pull request. */
  review?: ReviewAsk | undefined;
  /** The files of the conversation, whose labels stand in their places; default none. */
  attachments?: readonly Attachment[];
  /** Random, new for every run: at least 16 letters, digits and hyphens. */
  boundary: string;
}

/**
 * What the agent is told: the setting in `system`; in `text` the conversation as data, and the task
 * last. Pure. Nothing that others wrote can end its block, since the boundary is taken out of it, and
 * nothing in it is hidden from people who read the thread.
 */
export function renderPrompt(input: PromptInput): Prompt {
  const { trigger, thread, boundary, review, attachments = [] } = input;
  const blocks = createBlocks(boundary);
  const repository = `${trigger.repository.owner}/${trigger.repository.name}`;
  const system = renderSystem(repository, thread, settingOf(input), boundary);
  const sections = [
    ...renderConversation(input, blocks),
    ...(review === undefined ? [] : renderFormerReview(review, blocks)),
    blocks.plain(listAttachments(attachments)),
    blocks.plain(input.workspaceNote.trim()),
    ...renderStanding(input.standing, blocks),
    ...renderPlace(trigger.request ?? trigger.comment, blocks),
    blocks.render(taskHeading(trigger), readTask(trigger)),
  ];
  return {
    system: attachments.length === 0 ? system : `${system}\n${attachmentRule}`,
    text: sections.filter((section) => section !== '').join('\n\n'),
  };
}

function settingOf({ review, destination }: PromptInput): Destination | 'review' {
  return review === undefined ? destination : 'review';
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

function taskHeading({ comment: asking, request, eventName, actor }: Trigger): string {
  const comment = request ?? asking;
  if (comment !== undefined) {
    const role = comment.authorAssociation.toLowerCase();
    return `task by @${comment.author.login} (role: ${role}) at ${comment.createdAt}`;
  }
  const cause = actor === undefined ? '' : `, caused by @${actor.login}`;
  return `task by the workflow (event: ${eventName}${cause})`;
}
