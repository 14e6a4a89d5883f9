import { describe, expect, test } from '@jest/globals';

import { localConfig } from '../../src/opencode/config.ts';

describe('the configuration of our own server', () => {
  test('neither updates itself, nor copies the workspace, nor shares', () => {
    const own = { autoupdate: false, snapshot: false };
    expect(localConfig({ share: false })).toEqual({ ...own, share: 'disabled' });
    expect(localConfig({ share: true })).toEqual({ ...own, share: 'manual' });
  });

  test('takes over what is given, member by member', () => {
    const given = { model: 'a/b', share: 'auto', provider: { a: { models: {} } }, plugin: ['x'] };
    expect(localConfig({ share: false }, given)).toEqual({
      autoupdate: false,
      snapshot: false,
      ...given,
    });
  });

  test('does not let a member named __proto__ reach the prototype', () => {
    const config = localConfig({ share: false }, JSON.parse('{"__proto__":{"bad":1}}'));
    expect(config['bad']).toBeUndefined();
    expect(Object.hasOwn(config, '__proto__')).toBe(true);
  });
});
