import type { Usage } from '../opencode/events.ts';
import type { Turn } from './turn.ts';

/**
 * Two turns of one session as one: all that was written, used and paid; else what the later one says.
 * `before` is undefined for a first turn.
 */
export function joinTurns<T extends Turn>(before: Turn | undefined, after: T): T {
  if (before === undefined) return after;
  const tools = new Map(before.tools);
  for (const [name, count] of after.tools) tools.set(name, (tools.get(name) ?? 0) + count);
  return {
    ...after,
    texts: [...before.texts, ...after.texts],
    answer: after.answer === '' ? before.answer : after.answer,
    usage: add(before.usage, after.usage),
    tools,
  };
}

function add(one: Usage, other: Usage): Usage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costUsd: one.costUsd + other.costUsd,
  };
}
