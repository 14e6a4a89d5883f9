import type { Desk } from './desk.ts';
import type { Obeyed } from './ending.ts';
import { readCommand } from './event/command.ts';
import { findMention } from './event/mention.ts';
import { isAfter, isUnedited, readSaid, type Said } from './event/said.ts';
import type { ThreadRef, TriggerComment } from './event/trigger.ts';
import { checkGate } from './gate/check.ts';
import { readGateInputs, readTriggerInputs } from './inputs.ts';
import { listNewest } from './thread/listed.ts';

/**
 * Where a comment asks to retry, has the desk do what the last request asked; where there is none
 * that may be run, says so. What is asked again is asked by both: the gate has let in who retries,
 * and must let in whose words they are. Throws `github-error`.
 */
export async function takeUpRequest(desk: Desk, signal: AbortSignal): Promise<Obeyed | undefined> {
  const { github, trigger, context } = desk;
  const { thread, comment, repository, command } = trigger;
  if (command?.name !== 'retry' || thread === undefined || comment === undefined) return undefined;
  const { kind } = comment;
  const listed = await listNewest({ github, repository, thread, kind }, signal);
  const { mentions } = readTriggerInputs(context.env);
  const requests = requestsBefore(desk, comment, thread, readSaid(kind, listed), mentions);
  const request = await lastAllowed(desk, requests, signal);
  if (request === undefined) return nothing('There is no request here that could be run again.');
  if (!isUnedited(request)) {
    const edited = `The last request was edited after it was made, so it is not run again: ${request.url}`;
    return nothing(`${edited}\n\nWrite it anew in a comment of its own.`);
  }
  const asked = readCommand(request.body, mentions, thread.kind);
  desk.trigger = { ...trigger, task: request.body, request, command: asked };
  return undefined;
}

/** Newest first; of a review thread, those in it. */
function requestsBefore(
  { trigger }: Desk,
  { threadId }: TriggerComment,
  { kind }: ThreadRef,
  said: readonly Said[],
  mentions: readonly string[],
): Said[] {
  return said
    .filter((one) => {
      if (one.threadId !== threadId || one.id === trigger.comment?.id) return false;
      if (isAfter(one, trigger) || findMention(one.body, mentions) === undefined) return false;
      const name = readCommand(one.body, mentions, kind)?.name;
      return name === undefined || name === 'review' || name === 'new';
    })
    .toReversed();
}

/** Each person is asked about once. */
async function lastAllowed(
  { github, trigger: { repository }, context }: Desk,
  requests: readonly Said[],
  signal: AbortSignal,
): Promise<Said | undefined> {
  const rules = readGateInputs(context.env);
  const refused = new Set<string>();
  for (const request of requests) {
    const login = request.author.login.toLowerCase();
    if (refused.has(login)) continue;
    const asking = { repository, actor: request.author, comment: request };
    const refusal = await checkGate(github, asking, rules, undefined, signal);
    if (refusal === undefined) return request;
    refused.add(login);
  }
  return undefined;
}

function nothing(text: string): Obeyed {
  return { text, isTold: true, reason: 'nothing-to-retry' };
}
