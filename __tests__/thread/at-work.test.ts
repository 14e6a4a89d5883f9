import { expect, test } from '@jest/globals';

import { type EyesSign, pairSigns, type ProgressSign } from '../../src/thread/at-work.ts';

const time = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
const eyes = (minute: number): EyesSign => ({ url: `asked at ${minute}`, since: time(minute) });
const progress = (minute: number): ProgressSign => ({
  identity: { runId: String(minute), attempt: 1, invocationId: `run ${minute}` },
  url: '',
  createdAt: time(minute),
  body: '',
});

/** What asked for it, since when, and which run that is. */
function summarize(runs: ReturnType<typeof pairSigns>): unknown[] {
  return runs.map(({ asked, since, progress: sign }) => [
    asked,
    since,
    sign?.identity.invocationId,
  ]);
}

test.each<[string, ProgressSign[], EyesSign[], unknown[]]>([
  ['nothing is at work', [], [], []],
  ['a run has just begun', [], [eyes(1)], [['asked at 1', time(1), undefined]]],
  ['one shows what it does', [progress(2)], [eyes(1)], [['asked at 1', time(1), 'run 2']]],
  ['nobody knows who asked', [progress(2)], [], [[undefined, time(2), 'run 2']]],
  [
    'eyes that came later are those of another',
    [progress(2)],
    [eyes(3)],
    [
      [undefined, time(2), 'run 2'],
      ['asked at 3', time(3), undefined],
    ],
  ],
  [
    'two are at work, in whatever order GitHub lists them',
    [progress(5), progress(2)],
    [eyes(4), eyes(1)],
    [
      ['asked at 1', time(1), 'run 2'],
      ['asked at 4', time(4), 'run 5'],
    ],
  ],
])('%s', (_, shown, asked, expected) => {
  expect(summarize(pairSigns(shown, asked))).toEqual(expected);
});
