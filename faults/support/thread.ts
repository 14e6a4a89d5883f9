import type { GitHubEmulator } from '../../playground/github/emulator.ts';
import type { Comment } from '../../playground/github/records.ts';
import { listProcesses, readVariable } from '../../src/opencode/processes.ts';
import { findMarker } from '../../src/marker.ts';

/** What a run has left on its thread. */
export interface Left {
  /** Our comments by what they are for (`answer`, `answer-2`, `progress`), oldest first. */
  purposes: string[];
  bodies: string[];
  /** Our reactions to the comment that asked. */
  signs: string[];
  labels: string[];
}

const ownLogin = 'github-actions[bot]';

/** Looks at a thread whose first comment asked. */
export function lookAt({ state }: GitHubEmulator, number: number): Left {
  const comments = [...state.comments.values()].filter((comment) => comment.number === number);
  const asked = comments.find(({ author }) => author !== ownLogin);
  const ours = comments.filter(({ author }) => author === ownLogin);
  return {
    purposes: ours.map(({ body }: Comment) => findMarker(body)?.purpose ?? 'none'),
    bodies: ours.map(({ body }) => body),
    signs: (asked?.reactions ?? []).filter((r) => r.login === ownLogin).map((r) => r.content),
    labels: state.issue(number).labels,
  };
}

/** What is wrong with a thread that should be finished: one answer, one sign, nothing else of ours. */
export function judgeFinished({ purposes, bodies, signs, labels }: Left): string[] {
  const last = Number(/\((?:\d+)\/(\d+)\)/.exec(bodies[0] ?? '')?.[1] ?? 1);
  const due = Array.from({ length: last }, (_, index) => (index === 0 ? '' : `-${index + 1}`));
  const wrong: [string, boolean][] = [
    [
      `comments ${purposes.join(', ') || 'none'} instead of ${last}`,
      purposes.join() !== due.map((part) => `answer${part}`).join(),
    ],
    [`reactions ${signs.join(', ') || 'none'}`, !['rocket', 'confused'].includes(signs.join())],
    [`labels ${labels.join(', ')}`, labels.length > 0],
  ];
  return wrong.flatMap(([problem, isWrong]) => (isWrong ? [problem] : []));
}

/** What is wrong with a thread that nothing may stand on. */
export function judgeUntouched({ purposes, signs, labels }: Left): string[] {
  const found = [...purposes, ...signs, ...labels];
  return found.length === 0 ? [] : [`the thread is not untouched: ${found.join(', ')}`];
}

/** Processes of a job that still run. */
export function leftovers(tracking: string): number[] {
  return listProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => readVariable(pid, 'RUNNER_TRACKING_ID') === tracking);
}
