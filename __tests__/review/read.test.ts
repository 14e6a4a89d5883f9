import { describe, expect, test } from '@jest/globals';

import { readReview, readReviewText } from '../../src/review/read.ts';
import { reviewSchema } from '../../src/review/schema.ts';

const finding = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  severity: 'blocking',
  title: 'Wrong',
  body: 'Because.',
  place: { path: 'a.c', side: 'RIGHT', line: 3, startLine: null },
  suggestion: null,
  ...changes,
});
const answer = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  verdict: 'REJECT',
  verified: 'All of it.',
  findings: [finding()],
  risk: { level: 'HIGH', reason: 'It is.' },
  former: [],
  ...changes,
});
const read = {
  verdict: 'REJECT',
  verified: 'All of it.',
  findings: [
    {
      severity: 'blocking',
      title: 'Wrong',
      body: 'Because.',
      place: { path: 'a.c', side: 'RIGHT', line: 3 },
      suggestion: undefined,
    },
  ],
  risk: { level: 'HIGH', reason: 'It is.' },
  former: [],
};
const placeOf = (place: unknown): unknown =>
  readReview(answer({ findings: [finding({ place })] })).review?.findings[0]?.place;

describe('the schema for the agent', () => {
  test('is what strict structured output takes: all is required, nothing else allowed, nothing bounded', () => {
    const objects: string[] = [];
    const look = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if (Array.isArray(node)) return node.forEach(look);
      const { properties, required, additionalProperties } = node as Record<string, unknown>;
      if (typeof properties === 'object' && properties !== null && 'type' in node) {
        objects.push(Object.keys(properties).join());
        expect([required, additionalProperties]).toEqual([Object.keys(properties), false]);
      }
      const bounds = Object.keys(node).filter((key) =>
        /^(min|max|pattern$|format$|default$|oneOf|allOf)/.test(key),
      );
      expect(bounds).toEqual([]);
      Object.values(node).forEach(look);
    };
    look(reviewSchema);
    expect(objects).toHaveLength(5);
    expect(JSON.parse(JSON.stringify(reviewSchema))).toEqual(reviewSchema);
  });
});

describe('the agent’s answer', () => {
  test('is read', () => {
    expect(readReview(answer())).toEqual({ review: read, problems: [] });
  });

  test('may write its words in any letter case, and leave out what may be empty', () => {
    const loose = {
      verdict: ' reject',
      findings: [
        { severity: 'Missing Test', title: 'x' },
        { severity: 'BLOCKING', title: 'y' },
      ],
      risk: { level: 'high' },
      former: [{ id: 'a', state: 'Fixed' }, { id: 'b', state: 'gone' }, 3],
    };
    const { review, problems } = readReview(loose);
    expect(problems).toEqual([]);
    expect(review?.findings.map(({ severity }) => severity)).toEqual(['blocking', 'missing-test']);
    expect(review).toMatchObject({
      verdict: 'REJECT',
      verified: '',
      former: [{ id: 'a', state: 'fixed' }],
    });
  });

  test.each<[place: unknown, found: unknown]>([
    [
      { path: './a/b.c', side: 'left', line: 3, startLine: 3 },
      { path: 'a/b.c', side: 'LEFT', line: 3 },
    ],
    [
      { path: 'a', line: 2, startLine: 9 },
      { path: 'a', side: 'RIGHT', line: 9, startLine: 2 },
    ],
    [
      { path: 'a', side: 'RIGHT', line: '12', startLine: 0 },
      { path: 'a', side: 'RIGHT', line: 12 },
    ],
    [
      { path: 'a..b', side: 'RIGHT', line: 1 },
      { path: 'a..b', side: 'RIGHT', line: 1 },
    ],
    [{ path: 'a', line: 0 }, undefined],
    [{ path: 'a', line: -1 }, undefined],
    [{ path: 'a', line: 1.5 }, undefined],
    [{ path: 'a', line: 2 ** 60 }, undefined],
    [{ path: 'a', line: null }, undefined],
    [{ path: '/etc/passwd', line: 1 }, undefined],
    [{ path: '//x', line: 1 }, undefined],
    [
      { path: './/etc', line: 1 },
      { path: 'etc', side: 'RIGHT', line: 1 },
    ],
    [{ path: 'C:\\x', line: 1 }, undefined],
    [{ path: '../x', line: 1 }, undefined],
    [{ path: 'a/../../x', line: 1 }, undefined],
    [{ path: 'a\0b', line: 1 }, undefined],
    [{ path: '', line: 1 }, undefined],
    [{ path: 'x'.repeat(5_000), line: 1 }, undefined],
    [null, undefined],
    ['a.c:3', undefined],
    [[], undefined],
  ])('with the place %j is about %j, and is never refused for it', (place, found) => {
    expect(placeOf(place)).toEqual(found);
  });

  test.each<[name: string, given: unknown, problem: RegExp]>([
    ['nothing', undefined, /^The answer must be Object, and is undefined\.$/],
    ['a list', [], /verdict/],
    ['no verdict', answer({ verdict: null }), /^`verdict` must be /],
    [
      'another verdict',
      answer({ verdict: 'MAYBE' }),
      /^`verdict` must be .*"PASS".*and is "MAYBE"\.$/,
    ],
    ['a very long verdict', answer({ verdict: 'x'.repeat(9_999) }), /^.{1,250}$/],
    ['no risk', answer({ risk: undefined }), /^`risk` must be /],
    ['findings that are none', answer({ findings: 'none' }), /^`findings` must be Array/],
    [
      'a severity that is none',
      answer({ findings: [finding(), finding({ severity: 'nit' })] }),
      /^`findings\.1\.severity` must be /,
    ],
    [
      'a title that is none',
      answer({ findings: [finding({ title: 3 })] }),
      /^`findings\.0\.title` must be string, and is 3\.$/,
    ],
    [
      'a suggestion that is none',
      answer({ findings: [finding({ suggestion: {} })] }),
      /suggestion/,
    ],
    ['words', 'It is fine.', /^The answer holds no JSON object/],
  ])('that is %s is refused, and says why', (_, given, problem) => {
    const { review, problems } = readReview(given);
    expect(review).toBeUndefined();
    expect(problems[0]).toMatch(problem);
  });

  test.each<[name: string, given: unknown, problem: RegExp]>([
    ['passes what blocks', answer({ verdict: 'PASS' }), /PASS.*blocking/],
    ['rejects for nothing', answer({ findings: [] }), /REJECT.*blocking/],
    [
      'has too much to say',
      answer({ verified: 'x'.repeat(10_001) }),
      /`verified` has 10001 characters/,
    ],
    [
      'has a body that is too long',
      answer({ findings: [finding({ body: 'x'.repeat(10_001) })] }),
      /`findings\.0\.body`/,
    ],
    [
      'has a suggestion that is too long',
      answer({ findings: [finding({ suggestion: 'x'.repeat(10_001) })] }),
      /suggestion/,
    ],
    [
      'has no title',
      answer({ findings: [finding({ title: ' ' })] }),
      /`findings\.0\.title` is empty/,
    ],
    [
      'has too many findings',
      answer({ findings: Array.from({ length: 101 }, () => finding()) }),
      /101 items/,
    ],
  ])('that %s may be given anew, and can be used', (_, given, problem) => {
    const { review, problems } = readReview(given);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(review?.findings.length).toBeLessThanOrEqual(100);
    for (const { title, body, suggestion } of review?.findings ?? []) {
      expect([title === '', body.length > 10_000, suggestion]).toEqual([false, false, undefined]);
    }
  });

  test('rejects for what is still open from before', () => {
    const given = answer({ findings: [], former: [{ id: 'a', state: 'open' }] });
    expect(readReview(given).problems).toEqual([]);
  });

  test('of too many findings keeps the heaviest, and names no more problems than are read', () => {
    const many = Array.from({ length: 300 }, () => finding({ severity: 'concern', title: '' }));
    const { review, problems } = readReview(answer({ findings: [...many, finding()] }));
    expect(review?.findings[0]?.severity).toBe('blocking');
    expect(problems).toHaveLength(20);
    const broken = Array.from({ length: 300 }, () => 3);
    expect(readReview(answer({ findings: broken })).problems).toHaveLength(20);
  });

  test('holds no NUL and no half of a surrogate pair', () => {
    const { review } = readReview(
      answer({
        verified: 'a\0b\ud800',
        findings: [finding({ title: 'x\0\ny', suggestion: 'z\0\udc00' })],
      }),
    );
    expect(JSON.stringify(review)).not.toMatch(/\\u0000|\\ud800|\\udc00/);
    expect(review?.findings[0]?.title).toBe('x y');
  });
});

describe('an answer that is text', () => {
  const json = JSON.stringify(answer());
  const fence = '```';
  test.each<[name: string, text: string]>([
    ['JSON', ` ${json}\n`],
    ['a fence', `${fence}json\n${JSON.stringify(answer(), null, 2)}\n${fence}`],
    ['a fence behind words', `Here { it } is:\n\n${fence}\n${json}\n${fence}\nDone.`],
    [
      'the last of two fences',
      `${fence}json\n${JSON.stringify(answer({ verdict: 'PASS' }))}\n${fence}\nNo:\n${fence}json\n${json}\n${fence}`,
    ],
    ['a fence beside another one', `${fence}json\n${json}\n${fence}\n${fence}js\n{ x }\n${fence}`],
    ['braces among words', `The review: ${json} That is all.`],
    ['a fence that is not closed', `Well.\n${fence}json\n${json}`],
  ])('is read where it is %s', (_, text) => {
    expect(readReviewText(text)).toEqual({ review: read, problems: [] });
    expect(readReview(text)).toEqual({ review: read, problems: [] });
  });

  test.each(['', '{', '}{', '{"verdict"', '{}', `{"a":1}`, '[1]', '"x"', 'null', '{"verdict": }'])(
    'is refused where it is %j',
    (text) => {
      const { review, problems } = readReviewText(text);
      expect([review, problems.length]).toEqual([undefined, 1]);
    },
  );

  test.each([
    ['fences', `${fence}\n`.repeat(300_000)],
    ['braces', '{'.repeat(1_000_000)],
    ['nested lists', `{"verdict":${'['.repeat(1_000_000)}`],
  ])('takes no more time than it must for many %s', (_, text) => {
    const start = performance.now();
    expect(readReviewText(text).review).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
