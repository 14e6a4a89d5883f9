import { renderMemory } from './memory.ts';
import type { ReviewMemory } from './review.ts';

/**
 * The body of a review that took no model: what the last one said still holds for another head. Ends
 * with its memory, to which the marker is to be added. `refusal` is `decideState`'s sentence.
 */
export function renderRecheck(memory: ReviewMemory, headSha: string, refusal = ''): string {
  const { verdict, risk, findings } = memory;
  const said = `Re-checked after ${headSha.slice(0, 7)}: the effective diff is unchanged; the verdict stands.`;
  const open = findings.length === 1 ? '1 finding is open' : `${findings.length} findings are open`;
  const state = `**Verdict**: ${verdict}. **Risk**: ${risk}. ${findings.length === 0 ? 'No finding is open' : open}.`;
  const notes = refusal === '' ? [] : [`> [!NOTE]\n> ${refusal}`];
  return [said, state, ...notes, renderMemory({ ...memory, headSha })].join('\n\n');
}
