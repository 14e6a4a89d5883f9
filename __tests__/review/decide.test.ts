import { describe, expect, test } from '@jest/globals';

import { decideState, type Stance } from '../../src/review/decide.ts';

const stance = (changes: Partial<Stance> = {}): Stance => ({
  mode: 'formal',
  verdict: 'PASS',
  isFork: false,
  isOwnPull: false,
  hasHeadMoved: false,
  ...changes,
});

describe('the formal state of a review', () => {
  test.each<[changes: Partial<Stance>, event: string, refusal: RegExp]>([
    [{}, 'APPROVE', /^$/],
    [{ verdict: 'REJECT' }, 'REQUEST_CHANGES', /^$/],
    [{ verdict: 'CONDITIONAL' }, 'COMMENT', /^$/],
    [{ verdict: undefined }, 'COMMENT', /not approve: the answer has no verdict\.$/],
    [{ isFork: true }, 'COMMENT', /not approve: the pull request comes from a fork/],
    [{ isOwnPull: true }, 'COMMENT', /not approve: the pull request is its own\.$/],
    [{ hasHeadMoved: true }, 'COMMENT', /not approve: new commits came/],
    [{ hasHeadMoved: undefined }, 'COMMENT', /not approve: GitHub did not say whether new commits/],
    [{ isFork: true, verdict: 'REJECT' }, 'REQUEST_CHANGES', /^$/],
    [{ hasHeadMoved: true, verdict: 'REJECT' }, 'REQUEST_CHANGES', /^$/],
    [
      { isOwnPull: true, verdict: 'REJECT' },
      'COMMENT',
      /not formally request changes: .* its own\.$/,
    ],
    [{ isOwnPull: true, verdict: 'CONDITIONAL' }, 'COMMENT', /^$/],
  ])('with %j is %s', (changes, event, refusal) => {
    const decision = decideState(stance(changes));
    expect(decision).toEqual({ event, refusal: expect.stringMatching(refusal) });
  });

  test.each(['PASS', 'CONDITIONAL', 'REJECT', undefined] as const)(
    'is never changed where that is not asked for: %s',
    (verdict) => {
      expect(decideState(stance({ mode: 'comment', verdict }))).toEqual({
        event: 'COMMENT',
        refusal: '',
      });
    },
  );
});
