import { describe, expect, test } from '@jest/globals';

import { readConfigError } from '../../src/opencode/config-error.ts';

function invalid(issues: unknown): string {
  return JSON.stringify({
    name: 'ConfigInvalidError',
    data: { path: '/repo/opencode.json', issues },
  });
}

describe('what OpenCode says of its configuration', () => {
  test('names the file and the field, and quotes no value', () => {
    const message = 'Expected object | undefined, got "sk-secret"';
    const error = readConfigError(invalid([{ path: ['provider', 0], message }]));
    expect(error?.reason).toBe('invalid-input');
    expect(error?.message).toBe(
      'OpenCode cannot use its configuration in `/repo/opencode.json`: `provider.0`: Expected object | undefined.',
    );
  });

  test('names the file that is no JSON, and quotes nothing of it', () => {
    const data = {
      path: '/repo/opencode.json',
      message: '--- JSONC Input ---\n{"key": "sk-secret"',
    };
    const error = readConfigError(JSON.stringify({ name: 'ConfigJsonError', data }));
    expect(error?.message).toContain('`/repo/opencode.json`: it is no valid JSON.');
    expect(error?.sentence).not.toContain('sk-secret');
  });

  test.each(['', '{}', 'null', '<html>', '{"name":"NotFoundError","data":{"message":"x"}}'])(
    'is nothing in %j',
    (body) => {
      expect(readConfigError(body)).toBeUndefined();
    },
  );
});
