import { describe, expect, test } from '@jest/globals';

import { renderMarker } from '../../src/marker.ts';
import { findMemory, renderMemory } from '../../src/review/memory.ts';
import { renderRecheck } from '../../src/review/recheck.ts';
import type { FormerFinding, ReviewMemory } from '../../src/review/review.ts';

const marker = renderMarker({ runId: '1', attempt: 1, invocationId: 'i' }, 'review');
const former = (changes: Partial<FormerFinding> = {}): FormerFinding => ({
  id: 'a'.repeat(16),
  severity: 'concern',
  title: 'Ünï -- 🙂 -->',
  path: 'src/a.ts',
  ...changes,
});
const memory = (
  findings: FormerFinding[] = [former(), former({ path: undefined })],
): ReviewMemory => ({
  headSha: '4e190e0'.padEnd(40, '0'),
  diff: 'f'.repeat(122),
  verdict: 'REJECT',
  risk: 'MED',
  findings,
});

describe('what a review remembers', () => {
  test('is found again at the end of its body, before the marker or without it', () => {
    const hidden = renderMemory(memory());
    expect(findMemory(`Text.\n\n${hidden}\n\n${marker}`)).toEqual(memory());
    expect(findMemory(`Text.\r\n\r\n${hidden}\r\n\r\n${marker}\r\n`)).toEqual(memory());
    expect(findMemory(hidden)).toEqual(memory());
    expect(hidden.slice(4, -3)).not.toContain('--');
  });

  test.each<[what: string, body: (hidden: string) => string]>([
    ['before other text', (hidden) => `${hidden}\n\nText.\n\n${marker}`],
    ['behind other text in its line', (hidden) => `Text. ${hidden}\n\n${marker}`],
    ['quoted', (hidden) => `> ${hidden}`],
    ['of another version', (hidden) => hidden.replace(' v1 ', ' v2 ')],
    ['cut', (hidden) => hidden.replace(/....(=* -->)$/, '$1')],
    ['that is no JSON', () => '<!-- mention-loop-review v1 AAAA -->'],
    [
      'that is another JSON',
      () => `<!-- mention-loop-review v1 ${Buffer.from('{"headSha":"x"}').toString('base64')} -->`,
    ],
    ['behind the marker', (hidden) => `Text.\n\n${marker}\n\n${hidden}x`],
    ['none', () => ''],
  ])('does not count where it is %s', (_, body) => {
    expect(findMemory(body(renderMemory(memory())))).toBeUndefined();
  });

  test('is bounded: the heaviest findings are kept, with shortened titles', () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      former({
        id: `${at}`,
        severity: at % 5 === 0 ? 'blocking' : 'missing-test',
        title: '🙂'.repeat(200),
        path: 'x'.repeat(at),
      }),
    );
    const hidden = renderMemory(memory(many));
    expect(hidden.length).toBeLessThanOrEqual(16_000);
    const kept = findMemory(hidden)?.findings ?? [];
    expect(kept.length).toBeGreaterThan(15);
    expect(kept.slice(0, 15).every(({ severity }) => severity === 'blocking')).toBe(true);
    expect(kept.every(({ title }) => title.isWellFormed() && title.length <= 120)).toBe(true);
    expect(
      findMemory(renderMemory(memory([former({ path: 'x'.repeat(501) })])))?.findings[0]?.path,
    ).toBeUndefined();
  });

  test('is asked for in no time, whatever a body holds', () => {
    const start = performance.now();
    for (const body of [
      '\n<!-- mention-loop-review v1 '.repeat(2_000),
      `<!-- mention-loop-review v1 ${'A'.repeat(60_000)}`,
    ])
      expect(findMemory(body)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('a head whose effective diff is unchanged', () => {
  test('is said so, to the letter, and remembered', () => {
    const body = renderRecheck(memory(), '4e190e0f'.padEnd(40, '1'), 'It does not approve.');
    const [first, state] = body.split('\n\n');
    expect(first).toBe(
      'Re-checked after 4e190e0: the effective diff is unchanged; the verdict stands.',
    );
    expect(state).toBe('**Verdict**: REJECT. **Risk**: MED. 2 findings are open.');
    expect(body).toContain('> It does not approve.');
    expect(findMemory(`${body}\n\n${marker}`)).toEqual({
      ...memory(),
      headSha: '4e190e0f'.padEnd(40, '1'),
    });
  });
});
