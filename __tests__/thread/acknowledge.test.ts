import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHub, type GitHubEmulator } from '../../playground/github/emulator.ts';
import type { Reaction } from '../../playground/github/records.ts';
import { createGitHub, type GitHub } from '../../src/github.ts';
import {
  acknowledge,
  finishAcknowledgement,
  type Acknowledgement,
  type Target,
} from '../../src/thread/acknowledge.ts';

const label = 'agent: working';
const { signal } = new AbortController();
const soon = { 'retry-after': '0' };

let emulator: GitHubEmulator;
let github: GitHub;
let warnings: string[];
const warn = (message: string): void => void warnings.push(message);

beforeEach(async () => {
  emulator = await startGitHub();
  github = createGitHub({ token: emulator.token, apiUrl: emulator.url });
  emulator.state.addIssue({ number: 1, labels: ['bug'] });
  emulator.state.addPull({ number: 2 });
  warnings = [];
});

afterEach(async () => {
  await emulator[Symbol.asyncDispose]();
  expect(emulator.violations).toEqual([]);
});

function at(number: number, comment?: Target['comment']): Target {
  const repository = { owner: emulator.state.owner, name: emulator.state.name };
  const kind = emulator.state.issue(number).pull === undefined ? 'issue' : 'pull';
  return { repository, thread: { kind, number }, comment };
}

function begin(target: Target, name = label): Promise<Acknowledgement> {
  return acknowledge(github, target, name, warn, signal);
}

function finish(target: Target, known: Acknowledgement, success = true): Promise<boolean> {
  return finishAcknowledgement(github, target, known, success, warn, signal);
}

function contents({ reactions }: { reactions: Reaction[] }): string[] {
  return reactions.map(({ content }) => content);
}

function labels(number = 1): string[] {
  return emulator.state.issue(number).labels;
}

/** Each kind of place that a run can be asked in, and where its reaction then is. */
const places: [name: string, () => [Target, { reactions: Reaction[] }]][] = [
  [
    'a comment',
    () => {
      const comment = emulator.state.addComment(1);
      return [at(1, { kind: 'issue', id: comment.id }), comment];
    },
  ],
  [
    'a review comment',
    () => {
      const comment = emulator.state.addReviewComment(2);
      return [at(2, { kind: 'review', id: comment.id }), comment];
    },
  ],
  ['an issue', () => [at(1), emulator.state.issue(1)]],
  ['a pull request', () => [at(2), emulator.state.issue(2)]],
];

describe('a run', () => {
  test.each(places)('shows eyes and label while it lasts, on %s', async (_, place) => {
    const [target, stored] = place();
    const number = target.thread?.number;
    const known = await begin(target);
    expect(contents(stored)).toEqual(['eyes']);
    expect(labels(number)).toContain(label);
    await finish(target, JSON.parse(JSON.stringify(known)) as Acknowledgement);
    expect(contents(stored)).toEqual(['rocket']);
    expect(labels(number)).not.toContain(label);
    expect(warnings).toEqual([]);
  });

  test('that failed ends in confusion', async () => {
    await finish(at(1), await begin(at(1)), false);
    expect(contents(emulator.state.issue(1))).toEqual(['confused']);
    expect(labels()).toEqual(['bug']);
  });

  test('without a thread asks GitHub nothing', async () => {
    const nowhere: Target = { ...at(1), thread: undefined };
    await finish(nowhere, await begin(nowhere));
    expect(emulator.requests).toEqual([]);
  });

  test('without a label touches none', async () => {
    await finish(at(1), await begin(at(1), ''));
    expect(emulator.requests.filter(({ path }) => path.includes('labels'))).toEqual([]);
  });

  test('finishes a second time without a change or a warning', async () => {
    const known = await begin(at(1));
    await finish(at(1), known);
    await finish(at(1), known);
    expect(contents(emulator.state.issue(1))).toEqual(['rocket']);
    expect(warnings).toEqual([]);
  });

  test("takes over eyes and label that a killed run left, and leaves other people's eyes", async () => {
    emulator.state.addLabel(label);
    const issue = emulator.state.issue(1);
    issue.reactions.push({ id: 5, content: 'eyes', login: 'octocat', createdAt: issue.createdAt });
    await begin(at(1));
    await finish(at(1), await begin(at(1)));
    expect(contents(issue)).toEqual(['eyes', 'rocket']);
    expect(issue.reactions[0]?.login).toBe('octocat');
    expect(labels()).toEqual(['bug']);
  });

  test('whose facts were lost is finished all the same', async () => {
    await begin(at(1));
    await finish(at(1), { mayHaveReaction: true, label }, false);
    expect(contents(emulator.state.issue(1))).toEqual(['confused']);
    expect(labels()).toEqual(['bug']);
  });
});

describe('calls go side by side', () => {
  test.each(['begin', 'finish'] as const)('to %s', async (step) => {
    const known = step === 'begin' ? undefined : await begin(at(1));
    const already = emulator.requests.length;
    const expected = step === 'begin' ? 2 : 3;
    const answered: number[] = [];
    emulator.faults = () => {
      const now = emulator.requests.slice(already);
      answered.push(now.filter(({ status }) => status !== undefined).length);
      return { delayMs: 1000 };
    };
    await (known === undefined ? begin(at(1)) : finish(at(1), known));
    expect(answered).toEqual(Array<number>(expected).fill(0));
  });
});

describe('a fault', () => {
  test.each([
    ['is repeated', { status: 503, headers: soon } as const],
    [
      'is repeated although it was carried out',
      { status: 502, headers: soon, isApplied: true } as const,
    ],
  ])('%s, and nothing is there twice', async (_, fault) => {
    const seen = new Set<string>();
    emulator.faults = ({ method, path, body }) => {
      const call = `${method} ${path} ${JSON.stringify(body)}`;
      if (seen.has(call)) return undefined;
      seen.add(call);
      return fault;
    };
    await finish(at(1), await begin(at(1)));
    expect(contents(emulator.state.issue(1))).toEqual(['rocket']);
    expect(labels()).toEqual(['bug']);
    expect(warnings).toEqual([]);
  });

  test('in one of them keeps none of the others, and is only warned of', async () => {
    const known = await begin(at(1));
    emulator.faults = ({ path }) => (path.endsWith('/reactions') ? { status: 403 } : undefined);
    await finish(at(1), known);
    expect(contents(emulator.state.issue(1))).toEqual([]);
    expect(labels()).toEqual(['bug']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^Could not react with rocket: GitHub answered POST .* with 403/);
  });

  test('of a removal is told, for post to do it again', async () => {
    const known = await begin(at(1));
    emulator.faults = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined);
    expect(await finish(at(1), known)).toBe(false);
    emulator.faults = () => undefined;
    expect(await finish(at(1), known)).toBe(true);
    expect(contents(emulator.state.issue(1))).toEqual(['rocket']);
    expect(labels()).toEqual(['bug']);
  });

  test('that is a clear refusal leaves nothing to remove', async () => {
    emulator.faults = () => ({ status: 403 });
    const known = await begin(at(1));
    expect(known).toEqual({ mayHaveReaction: false, label: '' });
    expect(warnings).toHaveLength(2);
  });

  test('that may have been carried out is removed in the end', async () => {
    emulator.faults = () => ({ status: 502, headers: soon, isApplied: true });
    const known = await begin(at(1));
    expect(known).toEqual({ mayHaveReaction: true, label });
    emulator.faults = () => undefined;
    await finish(at(1), known);
    expect(contents(emulator.state.issue(1))).toEqual(['rocket']);
    expect(labels()).toEqual(['bug']);
  });

  test('of a signal ends it, without a throw', async () => {
    const controller = new AbortController();
    emulator.faults = () => {
      controller.abort(new Error('over'));
      return { delayMs: 50 };
    };
    const known = await acknowledge(github, at(1), label, warn, controller.signal);
    expect(known).toEqual({ mayHaveReaction: true, label });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('over');
  });
});
