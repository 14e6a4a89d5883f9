import type { GitHubState } from '../../playground/github/state.ts';
import { commentEvent } from '../../playground/events.ts';
import { createHold, say } from '../../playground/script.ts';
import type { Lab } from '../runs/lab.ts';
import { type Run, watch } from '../runs/watch.ts';
import { before } from './told.ts';

/**
 * Has somebody try to stop a run in mid-sentence, which ends by itself once it has looked at the
 * thread twice since. `prepare` puts on the thread what is there before the run.
 */
export async function tryToStop(
  lab: Lab,
  act: (state: GitHubState, number: number) => void,
  prepare: (state: GitHubState, number: number) => void = () => undefined,
): Promise<Run> {
  const hold = createHold();
  lab.answer([say(['Half. ', hold, 'And the rest.'])]);
  return await watch(lab, {
    inputs: { ...(await lab.remote()), progress: 'none' },
    event: (state) => {
      const { number } = state.addIssue({ createdAt: before });
      prepare(state, number);
      return commentEvent(state, { number });
    },
    meanwhile: async ({ action, github, event }) => {
      await hold.reached;
      const from = github.requests.length;
      act(github.state, event.number);
      const looks = (): number =>
        github.requests.slice(from).filter(({ method, path, query, status }) => {
          const isLook = method === 'GET' && path.endsWith('/comments') && 'since' in query;
          return isLook && status !== undefined;
        }).length;
      let isOver = false;
      void action.main.then(() => (isOver = true));
      while (!isOver && looks() < 2) await new Promise((resolve) => setTimeout(resolve, 25));
      hold.release();
    },
  });
}
