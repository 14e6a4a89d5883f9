import type { MessageInfo, Usage } from '../opencode/events.ts';
import { inOrder } from './transcript.ts';
import type { HeldPart, Transcript } from './transcript.ts';

/** The texts of one message in order; blank ones, and those that a retry has said again, left out. */
export function visibleTexts(parts: Iterable<HeldPart>): string[] {
  const texts = inOrder(parts).filter(
    (part) => part.kind === 'text' && !part.isSynthetic && part.text.read().trim() !== '',
  );
  return texts
    .filter((part, index) => !(part.isCut && index < texts.length - 1))
    .map((part) => part.text.read());
}

/** Tokens and money of these messages together. */
export function sumUsage(messages: Iterable<MessageInfo>): Usage {
  const sum = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  for (const { usage } of messages) {
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.costUsd += usage.costUsd;
  }
  return sum;
}

/** How an answer by a schema is handed over: no tool that does anything. */
const handingOver = 'StructuredOutput';

/** How often each tool was used, by name. */
export function countTools(transcript: Transcript): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { tool } of transcript.tools.values()) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  counts.delete(handingOver);
  return counts;
}

/** The tools at work, newest last; where none is, the one that was last. */
export function describeActivity(transcript: Transcript): string {
  const tools = [...transcript.tools.values()].filter(({ tool }) => tool !== handingOver);
  const atWork = tools.filter(({ status }) => status === 'pending' || status === 'running');
  return (atWork.length > 0 ? atWork : tools.slice(-1))
    .map(({ tool, title }) => (title === '' ? tool : `${tool}: ${title}`))
    .join(', ');
}
