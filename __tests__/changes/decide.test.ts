import { describe, expect, test } from '@jest/globals';

import { decide, type Facts, forkNote, type Plan } from '../../src/changes/decide.ts';

const issue = { kind: 'issue', number: 7 } as const;
const pull = { kind: 'pull', number: 12 } as const;
const inHead = { isFork: false, headSha: '1'.repeat(40), note: '' };

const usual: Facts = {
  way: 'push',
  isChanged: true,
  hindrance: '',
  thread: issue,
  pull: undefined,
};

describe('where changes go', () => {
  const cases: [string, Partial<Facts>, Plan][] = [
    ['an issue', {}, { to: 'branch' }],
    ['no thread', { thread: undefined }, { to: 'branch' }],
    [
      'a pull request whose head the agent worked in',
      { thread: pull, pull: inHead },
      { to: 'head', headSha: inHead.headSha },
    ],
    ['no change', { isChanged: false }, { to: 'nothing' }],
    ['no change on a fork', { isChanged: false, pull: inHead, thread: pull }, { to: 'nothing' }],
    ['changes: none', { way: 'none' }, { to: 'nothing' }],
    ['changes: patch', { way: 'patch' }, { to: 'patch', note: '' }],
    ['a hindrance', { hindrance: 'Too many.' }, { to: 'patch', note: 'Too many.' }],
    [
      'a fork',
      { thread: pull, pull: { ...inHead, isFork: true } },
      { to: 'patch', note: forkNote },
    ],
    [
      'another commit than the head',
      { thread: pull, pull: { ...inHead, headSha: undefined, note: 'It was gone.' } },
      {
        to: 'patch',
        note: "The agent could not work in the pull request's head, so nothing is pushed to it. It was gone.",
      },
    ],
    [
      'a fork that was not shown either',
      { thread: pull, pull: { isFork: true, headSha: undefined, note: '' } },
      { to: 'patch', note: forkNote },
    ],
    [
      'a pull request of which nothing is known',
      { thread: pull },
      {
        to: 'patch',
        note: "The agent could not work in the pull request's head, so nothing is pushed to it.",
      },
    ],
  ];
  test.each(cases)('%s', (_, facts, plan) => {
    expect(decide({ ...usual, ...facts })).toEqual(plan);
  });
});
