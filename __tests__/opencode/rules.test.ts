import { describe, expect, test } from '@jest/globals';

import { overrules, type PermissionRule, sessionRules } from '../../src/opencode/rules.ts';

function rule(
  permission: string,
  pattern: string,
  action: PermissionRule['action'],
): PermissionRule {
  return { permission, pattern, action };
}

const questions = ['question', 'plan_enter', 'plan_exit'].map((name) => rule(name, '*', 'deny'));

/** The built-in rules of OpenCode 1.18, as `GET /agent` lists them. */
const builtIn = [
  rule('*', '*', 'allow'),
  rule('doom_loop', '*', 'ask'),
  rule('external_directory', '*', 'ask'),
  rule('external_directory', '/tmp/opencode/*', 'allow'),
  rule('question', '*', 'deny'),
  rule('read', '*', 'allow'),
  rule('read', '*.env', 'ask'),
  rule('read', '*.env.example', 'allow'),
  rule('question', '*', 'allow'),
];

describe('the rules of a session', () => {
  test('deny what OpenCode would ask for, and keep its exceptions', () => {
    expect(sessionRules(builtIn, 'reject')).toEqual([
      rule('doom_loop', '**', 'deny'),
      rule('external_directory', '**', 'deny'),
      rule('external_directory', '/tmp/opencode/*', 'allow'),
      rule('read', '*', 'allow'),
      rule('read', '*.env', 'deny'),
      rule('read', '*.env.example', 'allow'),
      ...questions,
    ]);
  });

  test('allow it where requests are to be allowed, but never a question', () => {
    const rules = sessionRules(builtIn, 'allow');
    expect(rules).toContainEqual(rule('external_directory', '*', 'allow'));
    expect(rules).toContainEqual(rule('read', '*.env', 'allow'));
    expect(rules.slice(-3)).toEqual(questions);
  });

  test.each(['reject', 'allow'] as const)('hold no ask (%s)', (answer) => {
    const all = [...builtIn, rule('bash', '*', 'ask'), rule('bash', 'git push*', 'ask')];
    expect(sessionRules(all, answer).filter(({ action }) => action === 'ask')).toEqual([]);
  });

  test('leave an ask alone that a later rule overrules, and what it denies to children', () => {
    const strict = [...builtIn, rule('*', '*', 'deny'), rule('edit', '*', 'allow')];
    expect(sessionRules(strict, 'allow')).toEqual(questions);
  });

  test('repeat all that comes after an ask for everything', () => {
    const careful = [rule('*', '*', 'ask'), rule('bash', '*', 'deny'), rule('read', '*', 'allow')];
    expect(sessionRules(careful, 'allow')).toEqual([
      rule('*', '*', 'allow'),
      rule('bash', '*', 'deny'),
      rule('read', '*', 'allow'),
      ...questions,
    ]);
  });

  test('are the questions alone where nothing asks', () => {
    expect(sessionRules([rule('*', '*', 'allow')], 'reject')).toEqual(questions);
  });
});

describe('rules laid over those of a former run', () => {
  const own = sessionRules(builtIn, 'reject');

  test.each<[string, PermissionRule[], boolean]>([
    ['the same', own, true],
    ['what a lenient run allowed, of what is asked for now', sessionRules(builtIn, 'allow'), true],
    ['what was denied', [rule('bash', '*', 'deny')], true],
    ['a tool that was allowed by name', [rule('bash', '*', 'allow')], false],
    ['a command that was allowed', [rule('bash', 'rm *', 'allow')], false],
    ['a tool that is still to be asked for', [rule('edit', '*', 'ask')], false],
  ])('over %s: nothing allowed is left is %j', (_, former, isSo) => {
    expect(overrules(own, former)).toBe(isSo);
  });
});
