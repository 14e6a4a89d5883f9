import { setTimeout as pause } from 'node:timers/promises';

import type { SessionPromptAsyncData } from '@opencode-ai/sdk/v2/types';

import { ActionError } from '../errors.ts';
import { retryAfterMaxMs } from '../limits.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { Choice } from './choose.ts';
import { type Address, type Call, type Exchanged, exchange, readAnswer, send } from './client.ts';
import { fetchStatus } from './record.ts';

/** A prompt and all that it is sent with; `promptId` becomes the id of the user's message. */
export interface Submission {
  sessionId: string;
  promptId: string;
  prompt: Prompt;
  choice: Choice;
}

/** How often a prompt is sent, and how often it is looked up in between. */
const attempts = 3;
const lookUps = 4;
const lookUpEveryMs = 500;

/** Pause where a server that is full does not say how long. */
const fullPauseMs = 5_000;

/**
 * Sends a prompt so that it is taken exactly once: where the answer was lost, the server is asked
 * for the message by its id, and only where it stays unknown is it sent again. A server that has too
 * much to do (429) has not taken it: it is waited for, as long as `signal` lets us.
 * Throws what `request` throws.
 */
export async function submitPrompt(
  address: Address,
  submission: Submission,
  signal: AbortSignal,
): Promise<void> {
  const call = promptCall(submission);
  for (let attempt = 1; ; attempt += 1) {
    try {
      readAnswer(address, call, await sendWhenFree(address, call, signal));
      return;
    } catch (error) {
      if (!isLost(error, signal)) throw error;
      if (await isTaken(address, submission, signal)) return;
      if (attempt === attempts) throw error;
    }
  }
}

/** Sends a call, and again as long as the server has too much to do; throws what `exchange` throws. */
export async function sendWhenFree(
  address: Address,
  call: Call,
  signal: AbortSignal,
): Promise<Exchanged> {
  for (;;) {
    const answer = await exchange(address, call, signal);
    if (answer.status !== 429) return answer;
    await pause(pauseOf(answer.retryAfter), undefined, { signal }).catch(() =>
      signal.throwIfAborted(),
    );
  }
}

/** `retry-after` in seconds (RFC 9110, section 10.2.3); as a date it is not looked at. */
function pauseOf(retryAfter: string | null): number {
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter)) return fullPauseMs;
  return Math.min(Math.max(1, Number(retryAfter)) * 1_000, retryAfterMaxMs);
}

function promptCall({ sessionId, promptId, prompt, choice }: Submission): Call {
  const body: SessionPromptAsyncData['body'] = {
    messageID: promptId,
    model: { providerID: choice.model.provider, modelID: choice.model.model },
    agent: choice.agent,
    ...(choice.variant !== undefined && { variant: choice.variant }),
    ...(prompt.system !== '' && { system: prompt.system }),
    ...(prompt.schema && { format: { type: 'json_schema', schema: { ...prompt.schema } } }),
    parts: [{ type: 'text', text: prompt.text }],
  };
  return { method: 'POST', path: `/session/${sessionId}/prompt_async`, body };
}

/**
 * Looks a few times: the message is written a moment after the request came in. One with a schema
 * cannot be read back (400, see `fetchMessages`), but it is there.
 */
async function isTaken(
  address: Address,
  { sessionId, promptId, prompt }: Submission,
  signal: AbortSignal,
): Promise<boolean> {
  const there = prompt.schema === undefined ? [200] : [200, 400];
  const call: Call = { method: 'GET', path: `/session/${sessionId}/message/${promptId}` };
  for (let look = 0; look < lookUps; look += 1) {
    await pause(lookUpEveryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    try {
      if (there.includes(await send(address, call, signal))) return true;
      if ((await fetchStatus(address, sessionId, signal)) !== undefined) return true;
    } catch (error) {
      if (!isLost(error, signal)) throw error;
    }
  }
  return false;
}

/** Whether an error leaves open what became of the request. */
function isLost(error: unknown, signal: AbortSignal): boolean {
  return error instanceof ActionError && error.retryable && !signal.aborted;
}
