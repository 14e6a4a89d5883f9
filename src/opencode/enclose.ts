import type { SessionPromptData } from '@opencode-ai/sdk/v2/types';
import { ActionError } from '../errors.ts';
import type { Enclosure } from '../prompt/attachments.ts';
import type { Choice } from './choose.ts';
import { type Address, type Call, send } from './client.ts';
import { sendWhenFree } from './submit.ts';

/** Whether a server has taken a file, or why not: `unknown` where it did not say. */
export type Taking = 'taken' | 'unreadable' | 'too-large' | 'unknown';

/** A file, and the message that it comes in. */
export interface EnclosedFile extends Enclosure {
  sessionId: string;
  messageId: string;
  choice: Choice;
}

/**
 * Adds a file to a session in a message of its own, without asking the model. Not with the prompt:
 * one image that OpenCode cannot decode, and `prompt_async` drops all of it, though it said 204 (tried
 * out on 1.18.33); `noReply` is answered when the file was taken, or 400. The file goes as a `data:`
 * address, never as `file:`, which OpenCode would read from the server's own disk.
 * Throws what `exchange` throws, but where the answer was lost.
 */
export async function encloseFile(
  address: Address,
  file: EnclosedFile,
  signal: AbortSignal,
): Promise<Taking> {
  const { sessionId, messageId } = file;
  try {
    const { status } = await sendWhenFree(address, enclosingCall(file), signal);
    if (status >= 200 && status < 300) return 'taken';
    if (status === 413) return 'too-large';
    return status === 400 || status === 422 ? 'unreadable' : 'unknown';
  } catch (thrown) {
    if (!(thrown instanceof ActionError && thrown.retryable) || signal.aborted) throw thrown;
    const look: Call = { method: 'GET', path: `/session/${sessionId}/message/${messageId}` };
    const status = await send(address, look, signal).catch(() => undefined);
    signal.throwIfAborted();
    return status === 200 ? 'taken' : 'unknown';
  }
}

function enclosingCall({ sessionId, messageId, choice, text, file }: EnclosedFile): Call {
  const { name, mime, content } = file;
  const url = `data:${mime};base64,${Buffer.from(content).toString('base64')}`;
  const body: SessionPromptData['body'] = {
    messageID: messageId,
    model: { providerID: choice.model.provider, modelID: choice.model.model },
    agent: choice.agent,
    ...(choice.variant !== undefined && { variant: choice.variant }),
    noReply: true,
    parts: [
      { type: 'text', text },
      { type: 'file', mime, filename: name, url },
    ],
  };
  return { method: 'POST', path: `/session/${sessionId}/message`, body };
}
