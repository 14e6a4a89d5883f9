import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ActionError } from '../../src/errors.ts';
import { readRunContext } from '../../src/inputs.ts';

let folder: string;
let env: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'context-'));
  writeFileSync(join(folder, 'event.json'), '{"action":"created"}');
  env = {
    GITHUB_EVENT_NAME: 'issue_comment',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_API_URL: 'https://github.example.com/api/v3',
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_REPOSITORY: 'octo/hello',
    GITHUB_RUN_ID: '17',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_ACTOR: 'mona',
    GITHUB_TRIGGERING_ACTOR: 'hubot',
    GITHUB_WORKSPACE: '/w',
    RUNNER_TEMP: '/t',
    RUNNER_TOOL_CACHE: '/c',
  };
});

afterAll(() => rmSync(folder, { recursive: true }));

test('says what the runner says, with no address of its own', () => {
  expect(readRunContext(env)).toEqual({
    eventName: 'issue_comment',
    payload: { action: 'created' },
    apiUrl: 'https://github.example.com/api/v3',
    serverUrl: 'https://github.example.com',
    repository: 'octo/hello',
    runId: '17',
    attempt: 2,
    triggeringActor: 'hubot',
    workspace: '/w',
    temp: '/t',
    toolCache: '/c',
    runUrl: 'https://github.example.com/octo/hello/actions/runs/17/attempts/2',
    env,
  });
});

test('does without what act leaves out', () => {
  const { GITHUB_RUN_ATTEMPT: _, RUNNER_TOOL_CACHE: __, ...rest } = env;
  const act = { ...rest, GITHUB_ACTOR: 'nektos/act', GITHUB_TRIGGERING_ACTOR: '' };
  expect(readRunContext(act)).toMatchObject({
    attempt: 1,
    toolCache: '/t',
    triggeringActor: undefined,
  });
});

describe('what is missing is named', () => {
  test.each([
    'GITHUB_EVENT_NAME',
    'GITHUB_EVENT_PATH',
    'GITHUB_API_URL',
    'GITHUB_SERVER_URL',
    'GITHUB_REPOSITORY',
    'GITHUB_RUN_ID',
    'GITHUB_WORKSPACE',
    'RUNNER_TEMP',
  ])('%s', (name) => {
    for (const value of [undefined, '']) {
      const read = () => readRunContext({ ...env, [name]: value });
      expect(read).toThrow(ActionError);
      expect(read).toThrow(`The environment variable ${name} is not set.`);
    }
  });

  test('a payload that is not there', () => {
    const read = () => readRunContext({ ...env, GITHUB_EVENT_PATH: join(folder, 'none.json') });
    expect(read).toThrow(/^Could not read the event from GITHUB_EVENT_PATH: .*ENOENT/);
  });

  test('a payload that is not JSON, without a word of it', () => {
    const path = join(folder, 'broken.json');
    writeFileSync(path, '{"secret": oops}');
    const read = () => readRunContext({ ...env, GITHUB_EVENT_PATH: path });
    expect(read).toThrow(ActionError);
    expect(read).toThrow('Could not read the event from GITHUB_EVENT_PATH: it is not JSON.');
  });
});
