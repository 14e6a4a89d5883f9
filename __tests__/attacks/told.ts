import type { SampleEvent } from '../../playground/events.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { say } from '../../playground/script.ts';
import type { Lab } from '../runs/lab.ts';
import { expectEnding, watch } from '../runs/watch.ts';

/** What the model is told in a whole run on an event, by the real OpenCode. */
export async function tell(lab: Lab, event: (state: GitHubState) => SampleEvent): Promise<string> {
  lab.answer([say('Done.')]);
  const run = await watch(lab, { inputs: await lab.remote(), event });
  expectEnding(run, 'success', 'completed');
  return lab.asked[0]?.prompt ?? '';
}

/** Some time before the event, as GitHub writes it. */
export const before = '2026-01-01T00:00:00Z';

/** Text in tag characters, which show nothing anywhere; models read them. */
export function smuggle(text: string): string {
  return Array.from(text, (letter) =>
    String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0)),
  ).join('');
}
