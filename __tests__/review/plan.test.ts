import { describe, expect, test } from '@jest/globals';

import { readChangedFiles } from '../../src/review/lines.ts';
import { planReview, type SeverityThreshold } from '../../src/review/plan.ts';
import type {
  Finding,
  Follow,
  Review,
  ReviewMemory,
  Severity,
  Verdict,
} from '../../src/review/review.ts';

const diff = readChangedFiles([
  {
    filename: 'a.c',
    status: 'added',
    sha: null,
    additions: 3,
    deletions: 0,
    patch: '@@ -0,0 +1,3 @@\n+x\n+y\n+z',
  },
]);
const finding = (title: string, severity: Severity = 'blocking', line = 1): Finding => ({
  severity,
  title,
  body: '',
  place: { path: 'a.c', side: 'RIGHT', line },
  suggestion: undefined,
});
const review = (
  findings: Finding[],
  former: Follow[] = [],
  verdict: Verdict = 'REJECT',
): Review => ({
  verdict,
  verified: '',
  findings,
  risk: { level: 'LOW', reason: '' },
  former,
});
const plan = (given: Review, former?: ReviewMemory, threshold: SeverityThreshold = 'all') =>
  planReview({ review: given, diff, former, threshold });
const remember = (findings: Finding[]): ReviewMemory => ({
  headSha: 'a'.repeat(40),
  diff: '',
  verdict: 'REJECT',
  risk: 'LOW',
  findings: plan(review(findings)).remembered,
});

describe('a first review', () => {
  test.each<[threshold: SeverityThreshold, inline: string[]]>([
    ['blocking', ['b']],
    ['concern', ['b', 'c']],
    ['all', ['b', 'c', 'm']],
  ])(
    'with the threshold %s has inline comments for %j, and the rest in its body',
    (threshold, inline) => {
      const all = [finding('m', 'missing-test'), finding('c', 'concern'), finding('b')];
      const { findings, isAgain, fixed, open, remembered } = plan(
        review(all),
        undefined,
        threshold,
      );
      expect(findings.map(({ title }) => title)).toEqual(['b', 'c', 'm']);
      expect(findings.filter((each) => each.inline).map(({ title }) => title)).toEqual(inline);
      expect(findings.some(({ isNew }) => isNew)).toBe(false);
      expect([isAgain, fixed, open]).toEqual([false, [], []]);
      expect(remembered.map(({ title, path }) => [title, path])).toEqual([
        ['b', 'a.c'],
        ['c', 'a.c'],
        ['m', 'a.c'],
      ]);
    },
  );

  test.each<[verdict: Verdict, severity: Severity, shown: Verdict]>([
    ['PASS', 'blocking', 'CONDITIONAL'],
    ['PASS', 'concern', 'PASS'],
    ['CONDITIONAL', 'blocking', 'CONDITIONAL'],
    ['REJECT', 'blocking', 'REJECT'],
    ['REJECT', 'concern', 'REJECT'],
  ])(
    'whose verdict is %s with something of the kind %s has the verdict %s',
    (verdict, severity, shown) => {
      const { verdict: settled, verdictNote } = plan(review([finding('x', severity)], [], verdict));
      expect(settled).toBe(shown);
      expect(verdictNote === '').toBe(settled === verdict);
    },
  );
});

describe('a review of what changed', () => {
  const former = remember([
    finding('one'),
    finding('two', 'concern', 2),
    finding('three', 'missing-test', 3),
  ]);
  const [one = '', two = '', three = ''] = former.findings.map(({ id }) => id);
  const titles = (list: readonly { title: string }[]): string[] => list.map(({ title }) => title);

  test.each<[what: string, given: Review, fixed: string[], open: string[], fresh: string[]]>([
    ['says nothing of them', review([]), [], ['one', 'two', 'three'], []],
    [
      'calls two fixed',
      review(
        [],
        [
          { id: one, state: 'fixed' },
          { id: two, state: 'fixed' },
          { id: three, state: 'open' },
        ],
      ),
      ['one', 'two'],
      ['three'],
      [],
    ],
    [
      'finds one again, with other marks',
      review([finding('One!')]),
      [],
      ['one', 'two', 'three'],
      [],
    ],
    [
      'finds what it calls fixed',
      review([finding('one')], [{ id: one, state: 'fixed' }]),
      [],
      ['one', 'two', 'three'],
      [],
    ],
    [
      'finds another',
      review([finding('four')], [{ id: one, state: 'fixed' }]),
      ['one'],
      ['two', 'three'],
      ['four'],
    ],
    [
      'names what nobody found',
      review([], [{ id: 'ffff', state: 'fixed' }]),
      [],
      ['one', 'two', 'three'],
      [],
    ],
  ])('that %s', (_, given, fixed, open, fresh) => {
    const result = plan(given, former);
    expect([titles(result.fixed), titles(result.open), titles(result.findings)]).toEqual([
      fixed,
      open,
      fresh,
    ]);
    expect(titles(result.remembered)).toEqual([...open, ...fresh]);
    expect(result.findings.every(({ isNew }) => isNew)).toBe(true);
    expect(result.isAgain).toBe(true);
  });

  test('does not pass while something blocking is open from before', () => {
    expect(plan(review([], [], 'PASS'), former)).toMatchObject({
      verdict: 'CONDITIONAL',
      verdictNote: expect.stringContaining('is open'),
    });
    expect(plan(review([], [{ id: one, state: 'fixed' }], 'PASS'), former).verdict).toBe('PASS');
  });
});
