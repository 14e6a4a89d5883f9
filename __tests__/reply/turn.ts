import type { EndedTurn } from '../../src/turn/turn.ts';
import type { RunFacts } from '../../src/reply/facts.ts';

/** A turn that ended by itself, with what a test wants otherwise. */
export function endedTurn(changes: Partial<EndedTurn> = {}): EndedTurn {
  return {
    texts: ['The answer.'],
    answer: 'The answer.',
    usage: { inputTokens: 12_345, outputTokens: 678, costUsd: 0.0123 },
    tools: new Map([
      ['bash', 2],
      ['edit', 5],
    ]),
    todos: [],
    activity: '',
    retry: undefined,
    isCutOff: false,
    error: undefined,
    ...changes,
  };
}

/** The facts of a run. */
export const runFacts: RunFacts = {
  eventName: 'issue_comment',
  repository: 'octo/hello',
  runId: '4711',
  attempt: 2,
  runUrl: 'https://github.example/octo/hello/actions/runs/4711/attempts/2',
  sessionId: 'ses_1',
  model: 'acme/large|1',
  version: '1.18.33',
  durationMs: 185_000,
};
