import { describe, expect, test } from '@jest/globals';

import { describeLog } from '../../src/opencode/log.ts';
import { namesOfShort, secretsOf } from '../../src/redact/sources.ts';
import type { SecretSources } from '../../src/redact/sources.ts';

/** What a server printed, as people read it. */
function shown(output: string, sources: Partial<SecretSources>): string {
  const secrets = secretsOf({ env: {}, agentEnv: [], config: {}, ...sources });
  const values = secrets.map(({ value }) => value);
  return describeLog(output, values).replace('Its last output:\n', '');
}

describe('what a server printed is shown without', () => {
  test.each<[string, string, Partial<SecretSources>]>([
    [
      'a variable named like a secret',
      'hunter2-hunter2',
      { env: { SOME_TOKEN: 'hunter2-hunter2' } },
    ],
    [
      'a variable that was let through by name',
      'hunter2-hunter2',
      { env: { LICENCE: 'hunter2-hunter2' }, agentEnv: ['LICENCE'] },
    ],
    [
      'user and password of a proxy',
      'me:hunter2',
      { env: { HTTPS_PROXY: 'http://me:hunter2@proxy:3128' } },
    ],
    [
      'the password of a proxy',
      'hunter2-hunter2',
      { env: { https_proxy: 'http://me:hunter2-hunter2@proxy:3128/' } },
    ],
    [
      'the password of a proxy without a scheme',
      'hunter2-hunter2',
      { env: { ALL_PROXY: 'me:hunter2-hunter2@proxy:3128' } },
    ],
    [
      'the password of a proxy in plain letters',
      'hunter2@hunter2',
      { env: { HTTP_PROXY: 'http://me:hunter2%40hunter2@proxy' } },
    ],
    [
      'a key of the configuration',
      'hunter2-hunter2',
      { config: { provider: { acme: { options: { apiKey: 'hunter2-hunter2' } } } } },
    ],
    [
      'a password of the configuration',
      'hunter2-hunter2',
      { config: { list: [{ password: 'hunter2-hunter2' }] } },
    ],
    [
      'a token of the configuration',
      'hunter2-hunter2',
      { config: { mcp: { one: { environment: { A_TOKEN: 'hunter2-hunter2' } } } } },
    ],
    [
      'a header of the configuration, without its scheme too',
      'hunter2-hunter2',
      { config: { mcp: { one: { headers: { 'X-Any': 'Bearer hunter2-hunter2' } } } } },
    ],
    [
      'a variable that the configuration takes for a secret',
      'hunter2-hunter2',
      { env: { ANY: 'hunter2-hunter2' }, config: { apiKey: '{env:ANY}' } },
    ],
    [
      'the password of an address in the configuration',
      'hunter2-hunter2',
      { config: { baseURL: 'https://me:hunter2-hunter2@host/v1' } },
    ],
    ['a secret as JSON writes it', 'hunter2\\"hunter2', { config: { apiKey: 'hunter2"hunter2' } }],
    [
      'a line of a secret',
      'hunter2-hunter2',
      { env: { A_KEY: '--- BEGIN ---\nhunter2-hunter2\n--- END ---' } },
    ],
  ])('%s', (_name, secret, sources) => {
    expect(shown(`bad ${secret}, good`, sources)).toBe('bad ***, good');
  });

  test('the rest of a secret that another one is part of', () => {
    const env = { A_TOKEN: 'hunter2-hunter2', B_TOKEN: 'hunter2-hunter2-and-more' };
    expect(shown('bad hunter2-hunter2-and-more', { env })).toBe('bad ***');
  });
});

test('what is no secret stays readable', () => {
  const env = { PATH: '/usr/local/bin', HTTP_PROXY: 'http://proxy.example:3128', A_TOKEN: 'short' };
  const config = { model: 'acme/large', plugin: ['npm:some-plugin@1.0.0'], apiKey: '{env:NO}' };
  const output = '/usr/local/bin proxy.example:3128 short acme/large npm:some-plugin {env:NO}';
  expect(shown(output, { env, config })).toBe(output);
});

describe('of any other variable, a secret is', () => {
  test.each<[string, string, string]>([
    ['the password of an address', 'postgres://me:hunter2-hunter2@db/x', 'hunter2-hunter2'],
    ['a token by its shape', `at ghp_${'a1'.repeat(18)}, say`, `ghp_${'a1'.repeat(18)}`],
    ['a header', 'AUTHORIZATION: basic aHVudGVyMi1odW50ZXIy', 'aHVudGVyMi1odW50ZXIy'],
    ['a key in JSON', '{"type":"x","private_key":"hunter2-hunter2"}', 'hunter2-hunter2'],
  ])('%s', (_what, value, secret) => {
    const found = secretsOf({ env: { ANY: value }, agentEnv: [], config: {} });
    expect(found).toContainEqual({ name: 'ANY', value: secret });
  });
});

test('those that are too short are named, and what can be no secret is not', () => {
  const env = { A_TOKEN: 'short', B_TOKEN: 'long enough', MAX_TOKENS: '4096', KEY_FLAG: 'false' };
  const secrets = secretsOf({ env: { ...env, C_PASSWORD: '' }, agentEnv: [], config: {} });
  expect(namesOfShort(secrets)).toEqual(['A_TOKEN']);
});
