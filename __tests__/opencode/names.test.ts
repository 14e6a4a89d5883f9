import { describe, expect, test } from '@jest/globals';

import { nearNames, suggest } from '../../src/opencode/names.ts';

const models = ['anthropic/claude-sonnet-5', 'anthropic/claude-opus-5', 'openai/gpt-6', 'xai/grok'];

describe('near names', () => {
  test.each([
    ['bild', ['build', 'plan'], ['build']],
    ['BUILD', ['build', 'plan'], ['build']],
    ['anthropic/claude-sonet-5', models, ['anthropic/claude-sonnet-5', 'anthropic/claude-opus-5']],
    ['gpt-6', models, ['openai/gpt-6']],
    ['zzzzzz', models, []],
  ])('of %s among %j are %j', (wrong, names, expected) => {
    expect(nearNames(wrong, names)).toEqual(expected);
  });

  test('asks about the near ones, else lists a few of all', () => {
    expect(suggest('bild', ['build', 'plan'])).toBe('Did you mean `build`?');
    expect(suggest('zzzzzz', ['a1', 'b2'])).toBe('There is `a1`, `b2`.');
    expect(
      suggest(
        'zzzzzz',
        ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => name.repeat(9)),
      ),
    ).toContain('and 2 more');
    expect(suggest('x', [])).toBe('');
  });
});
