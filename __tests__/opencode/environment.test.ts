import { describe, expect, test } from '@jest/globals';

import { agentEnvironment } from '../../src/opencode/environment.ts';

const token = 'the-job-token-0123';

function passes(name: string, value: string, allow: string[] = []): boolean {
  const env = agentEnvironment({ [name]: value }, { allow, secrets: [token, ''] });
  return env[name] === value;
}

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln';

describe('the environment of the agent', () => {
  test.each([
    ['PATH', '/usr/bin:/bin'],
    ['HOME', '/home/runner'],
    ['PWD', '/repo'],
    ['LANG', 'C.UTF-8'],
    ['XDG_CONFIG_HOME', '/home/runner/.config'],
    ['RUNNER_TRACKING_ID', 'github_1234'],
    ['RUNNER_TEMP', '/tmp/runner'],
    ['GITHUB_REPOSITORY', 'octo/repo'],
    ['GITHUB_SHA', '0123456789abcdef0123456789abcdef01234567'],
    ['GITHUB_ACTIONS', 'true'],
    ['GITHUB_PATHS', 'x'],
    ['KEYBOARD', 'de'],
    ['PATTERN', 'x'],
    ['AUTHOR', 'mona'],
    ['COMPASS', 'north'],
    ['DATABASE_URL', 'postgres://localhost:5432/test'],
    ['ANTHROPIC_API_KEY', 'sk-ant-0123456789abcdefghijkl'],
    ['OPENAI_API_KEY', 'sk-0123456789abcdefghijkl'],
    ['OPENROUTER_API_KEY', 'x'],
    ['GEMINI_API_KEY', 'AIza0123456789abcdefghijklmnopqrstuvw'],
    ['OPENCODE_API_KEY', 'x'],
    ['AWS_BEARER_TOKEN_BEDROCK', 'x'],
    ['AWS_REGION', 'eu-central-1'],
    ['HTTPS_PROXY', 'http://user:pass@proxy:8080'],
    ['https_proxy', 'http://user:pass@proxy:8080'],
  ])('holds %s', (name, value) => {
    expect(passes(name, value)).toBe(true);
  });

  test.each([
    ['GITHUB_TOKEN', 'x'],
    ['GITHUB_ENV', '/f'],
    ['GITHUB_OUTPUT', '/f'],
    ['GITHUB_PATH', '/f'],
    ['GITHUB_STATE', '/f'],
    ['GITHUB_STEP_SUMMARY', '/f'],
    ['INPUT_PROMPT', 'x'],
    ['INPUT_GITHUB-TOKEN', 'x'],
    ['STATE_journal', 'x'],
    ['ACTIONS_RUNTIME_URL', 'x'],
    ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'x'],
    ['GH_TOKEN', 'x'],
    ['NPM_CONFIG__AUTHTOKEN', 'x'],
    ['npm_config__password', 'x'],
    ['MY_SECRET', 'x'],
    ['DB_PASSWORD', 'x'],
    ['DB_PASSWD', 'x'],
    ['DB_PWD', 'x'],
    ['DB_PASS', 'x'],
    ['STRIPE_API_KEY', 'x'],
    ['SSH_PRIVATE', 'x'],
    ['SIGNING_KEYS', 'x'],
    ['ACCESSKEY', 'x'],
    ['GOOGLE_APPLICATION_CREDENTIALS', '/f'],
    ['AWS_SECRET_ACCESS_KEY', 'x'],
    ['AWS_ACCESS_KEY_ID', 'x'],
    ['SSH_AUTH_SOCK', '/f'],
    ['RELEASE_PAT', 'x'],
    ['OPENCODE_SERVER_PASSWORD', 'x'],
  ])('holds no %s, for its name', (name, value) => {
    expect(passes(name, value)).toBe(false);
  });

  test.each([
    ['a token of GitHub', `ghs_${'a'.repeat(36)}`],
    ['a personal token', `github_pat_${'a'.repeat(40)}`],
    ['an AWS key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nx'],
    ['a JWT', jwt],
    ['an address with a password', 'postgres://me:hunter2@db/x'],
    ['an authorisation header', 'AUTHORIZATION: basic eDp5'],
    ['a known secret', token],
    ['a text with a known secret in it', `x=${token};`],
  ])('holds no variable with %s as its value', (_name, value) => {
    expect(passes('INNOCENT', value)).toBe(false);
  });

  test('holds what is named, but a known secret under no name', () => {
    expect(passes('GH_TOKEN', `ghp_${'a'.repeat(36)}`, ['GH_TOKEN'])).toBe(true);
    expect(passes('GH_TOKEN', token, ['GH_TOKEN'])).toBe(false);
    expect(passes('OPENAI_API_KEY', token)).toBe(false);
    expect(passes('GH_TOKEN', 'x', ['gh_token'])).toBe(false);
  });

  test('keeps git settings together, or leaves all of them out', () => {
    const settings = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory' };
    const options = { allow: [], secrets: [] };
    const harmless = { ...settings, GIT_CONFIG_VALUE_0: '*' };
    expect(agentEnvironment(harmless, options)).toEqual(harmless);
    const secret = { ...settings, GIT_CONFIG_VALUE_0: 'AUTHORIZATION: basic eDp5' };
    expect(agentEnvironment(secret, options)).toEqual({});
  });

  test('leaves out what is not set', () => {
    expect(agentEnvironment({ A: undefined, B: '' }, { allow: [], secrets: [] })).toEqual({
      B: '',
    });
  });
});
