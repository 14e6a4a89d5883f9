import { describe, expect, test } from '@jest/globals';
import {
  decideByIdentity,
  decideByName,
  decideByPermission,
  permissions,
} from '../../src/gate/decide.ts';
import type { GateRules } from '../../src/gate/decide.ts';

const rules: GateRules = {
  requiredPermission: 'write',
  allowedUsers: ['Mona'],
  allowedBots: ['renovate[bot]', 'builder'],
};

describe('by name', () => {
  test.each([
    ['a person who is listed, in any case', { login: 'mONA', isBot: false }, 'allowed'],
    ['a person who is not listed', { login: 'hubot', isBot: false }, 'unclear'],
    [
      'a person whose name only begins like a listed one',
      { login: 'monalisa', isBot: false },
      'unclear',
    ],
    ['a person who is listed among the bots', { login: 'builder', isBot: false }, 'unclear'],
    ['a bot that is listed, in any case', { login: 'Renovate[bot]', isBot: true }, 'allowed'],
    ['a bot account that is listed', { login: 'builder', isBot: true }, 'allowed'],
  ])('%s is %s', (_, actor, decision) => {
    expect(decideByName(actor, rules)).toBe(decision);
  });

  test.each([
    ['a bot that is not listed', 'dependabot[bot]'],
    ['a bot that is listed without its suffix', 'builder[bot]'],
    ['a bot that is listed among the people', 'mona'],
  ])('%s is refused', (_, login) => {
    expect(decideByName({ login, isBot: true }, rules)).toEqual({
      skip: 'bot-author',
      detail: `${login} is a bot that \`allowed-bots\` does not name.`,
    });
  });
});

describe('by permission', () => {
  const levels = ['none', ...permissions] as const;
  const cases = permissions.flatMap((required, needed) =>
    levels.map((has, rank) => ({ has, required, isAllowed: rank > needed })),
  );

  test.each(cases)(
    '$has where $required is required: $isAllowed',
    ({ has, required, isAllowed }) => {
      const decision = decideByPermission('mona', has, { ...rules, requiredPermission: required });
      expect(decision === undefined).toBe(isAllowed);
    },
  );

  test('says what somebody has and what is required', () => {
    expect(decideByPermission('mona', 'triage', rules)).toEqual({
      skip: 'not-permitted',
      detail: '@mona has the permission triage in this repository; write is required.',
    });
    expect(decideByPermission('mona', 'none', rules)?.detail).toBe(
      '@mona has no permission in this repository; write is required.',
    );
  });
});

describe('by identity', () => {
  test.each([
    ['github-actions[bot]', 'github-actions[bot]', true],
    ['github-actions[bot]', 'github-actions', true],
    ['Agent[bot]', 'agent[bot]', true],
    ['mona', 'Mona', true],
    ['mona', 'hubot', false],
    ['hubot[bot]', 'github-actions[bot]', false],
  ])('%s, with a token of %s, is ours: %s', (login, own, isOurs) => {
    const decision = decideByIdentity({ login, isBot: login.endsWith('[bot]') }, own);
    expect(decision?.skip).toBe(isOurs ? 'bot-author' : undefined);
  });
});
