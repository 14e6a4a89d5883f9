import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ActionError } from '../../src/errors.ts';
import {
  readGateInputs,
  readInputs,
  readSecrets,
  readToken,
  readTriggerInputs,
} from '../../src/inputs.ts';

const action = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};

/** The environment as the runner makes it: every input of action.yml is there, upper-cased. */
function given(inputs: Record<string, string> = {}): Record<string, string> {
  const defaults = Object.entries(action.inputs).map(([name, entry]) => [
    name,
    entry.default ?? '',
  ]);
  const all = {
    ...Object.fromEntries(defaults),
    'github-token': 'ghs_secret',
    prompt: 'x',
    ...inputs,
  };
  const entries = Object.entries(all).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  return { ...Object.fromEntries(entries), GITHUB_REPOSITORY: 'octo/hello' };
}

const remote = { 'server-url': 'https://agent.example.com', 'server-directory': '/srv/hello' };

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    expect(error.reason).toBe('invalid-input');
    expect(error.sentence).not.toContain('\n');
    return error.sentence;
  }
  throw new Error('Nothing was refused.');
}

const refusal = (inputs: Record<string, string>) => messageOf(() => readInputs(given(inputs)));

describe('what becomes of changes', () => {
  const changes = (inputs: Record<string, string>) => readInputs(given(inputs)).changes;

  test.each(['push', 'patch', 'none'] as const)('may be %s', (way) => {
    expect(changes({ changes: way }).way).toBe(way);
  });

  test('has protected paths on lines and between commas; empty is the default, not none', () => {
    const given = 'src/secret/**, *.pem\n\n docs/ ';
    const paths = ['src/secret/**', '*.pem', 'docs/'];
    expect(changes({ 'protected-paths': given }).protectedPaths).toEqual(paths);
    expect(changes({ 'protected-paths': ' ,\n' }).protectedPaths).toEqual(['.github/**']);
    expect(changes({ 'respect-codeowners': 'true' }).respectsCodeowners).toBe(true);
  });

  test.each([
    ['changes', 'pull', 'expected `push`, `patch` or `none`'],
    ['respect-codeowners', 'yes', 'expected `true` or `false`'],
    ['max-changed-files', '0', 'expected a whole number above 0'],
    ['max-changed-files', '-1', 'expected a whole number above 0'],
    ['max-changed-bytes', '10 MB', 'expected a whole number above 0'],
    ['max-changed-bytes', '9'.repeat(20), 'expected a whole number above 0'],
  ])('cannot be `%s: %s`', (name, value, expected) => {
    expect(refusal({ [name]: value })).toBe(
      `The input \`${name}\` is ${JSON.stringify(value)}; ${expected}.`,
    );
  });

  test('has bounds that may be other numbers', () => {
    const given = { 'max-changed-files': '7', 'max-changed-bytes': '1048576' };
    expect(changes(given)).toMatchObject({ mostFiles: 7, mostBytes: 1_048_576 });
  });
});

describe('`reply: none`', () => {
  const scope = (inputs: Record<string, string>) =>
    readInputs(given({ ...inputs, reply: 'none' })).lock.scope;

  test('locks nothing on GitHub, but what is asked for by name', () => {
    expect(scope({})).toBe('none');
    expect(scope({ lock: 'repository' })).toBe('repository');
  });
});

describe('without anything set', () => {
  const defaults = {
    server: {
      kind: 'local',
      version: undefined,
      path: undefined,
      config: {},
      agentEnv: [],
      isolation: 'auto',
      keyRelay: 'auto',
      share: false,
    },
    model: undefined,
    agent: undefined,
    variant: undefined,
    permissionRequests: 'reject',
    progress: 'comment',
    reply: 'comment',
    changes: {
      way: 'push',
      protectedPaths: ['.github/**'],
      respectsCodeowners: false,
      isSilent: false,
      mostFiles: 300,
      mostBytes: 10_485_760,
    },
    workingLabel: 'agent: working',
    lock: { scope: 'auto', waitMs: 10 * 60_000, store: 'github' },
    session: { mode: 'continue', retentionMs: 30 * 24 * 3_600_000 },
    timeoutMs: 30 * 60_000,
    stallMs: 10 * 60_000,
    warnings: [],
  };

  test('action.yml and the source have the same defaults', () => {
    expect(readInputs(given())).toEqual(defaults);
    expect(readInputs({ INPUT_PROMPT: 'x' })).toEqual(defaults);
    const rules = { requiredPermission: 'write', allowedUsers: [], allowedBots: [] };
    expect(readGateInputs(given())).toEqual(rules);
    expect(readGateInputs({})).toEqual(rules);
    const trigger = { mentions: ['/opencode', '/oc'], prompt: '', repository: '' };
    expect(readTriggerInputs({})).toEqual(trigger);
    expect(readTriggerInputs(given()).mentions).toEqual(trigger.mentions);
  });

  test('an input that is set to nothing is its default, but for the label', () => {
    const names = Object.keys(action.inputs).filter((name) => name !== 'prompt');
    const nothing = Object.fromEntries(names.map((name) => [name, ' ']));
    expect(readInputs(given(nothing))).toEqual({ ...defaults, workingLabel: '' });
  });
});

describe('what a trigger is decided by', () => {
  test('phrases stand between commas', () => {
    const env = given({ mentions: ' /agent , hey bot,,@helper ', prompt: ' Be kind. \n' });
    expect(readTriggerInputs(env)).toEqual({
      mentions: ['/agent', 'hey bot', '@helper'],
      prompt: 'Be kind.',
      repository: 'octo/hello',
    });
  });

  test.each(['issue_comment', 'pull_request_review_comment'])(
    'no phrase at all is refused where a comment is read (%s)',
    (eventName) => {
      const env = { ...given({ mentions: ' , ' }), GITHUB_EVENT_NAME: eventName };
      const message = 'The input `mentions` is ","; expected comma-separated phrases.';
      expect(messageOf(() => readTriggerInputs(env))).toContain(message);
    },
  );

  test('no phrase at all is nothing to an event without a comment', () => {
    const env = { ...given({ mentions: ' , ' }), GITHUB_EVENT_NAME: 'schedule' };
    expect(readTriggerInputs(env).mentions).toEqual([]);
  });

  test('an empty token is refused by itself', () => {
    const env = given({ 'github-token': ' ' });
    expect(readTriggerInputs(env).mentions).toEqual(['/opencode', '/oc']);
    const message = 'The input `github-token` is empty; expected a token';
    expect(messageOf(() => readToken(env))).toContain(message);
    expect(readToken(given())).toBe('ghs_secret');
  });
});

describe('who may start a run', () => {
  test('is read as exact logins', () => {
    const inputs = {
      'required-permission': 'maintain',
      'allowed-users': 'octocat, Mona-Lisa ,octo_corp',
      'allowed-bots': 'renovate[bot],ci-machine',
    };
    expect(readGateInputs(given(inputs))).toEqual({
      requiredPermission: 'maintain',
      allowedUsers: ['octocat', 'Mona-Lisa', 'octo_corp'],
      allowedBots: ['renovate[bot]', 'ci-machine'],
    });
  });

  test.each(['*', 'octo*', '@octocat', 'octo cat', '*[bot]', 'octocat/x', '.', 'a[bot]b'])(
    '%s is no login',
    (login) => {
      for (const name of ['allowed-users', 'allowed-bots']) {
        const message = messageOf(() => readGateInputs(given({ [name]: `mona,${login}` })));
        expect(message).toBe(
          `The input \`${name}\` is "${login}"; expected exact logins, without wildcards and without \`@\`.`,
        );
      }
    },
  );

  test.each(['none', 'Write', 'owner'])('%s is no permission', (permission) => {
    const inputs = { 'required-permission': permission };
    expect(messageOf(() => readGateInputs(given(inputs)))).toBe(
      `The input \`required-permission\` is "${permission}"; expected \`read\`, \`triage\`, \`write\`, \`maintain\` or \`admin\`.`,
    );
  });
});

describe('a task', () => {
  test.each(['workflow_dispatch', 'schedule', 'pull_request', 'issues'])(
    'is needed from `prompt` on %s',
    (eventName) => {
      const env = { ...given({ prompt: ' ' }), GITHUB_EVENT_NAME: eventName };
      expect(messageOf(() => readInputs(env))).toBe(
        `The input \`prompt\` is empty; expected the task, for the event ${eventName} carries no mention.`,
      );
      expect(() => readInputs({ ...env, INPUT_PROMPT: 'Go.' })).not.toThrow();
    },
  );

  test.each(['issue_comment', 'pull_request_review_comment'])('comes with %s', (eventName) => {
    const env = { ...given({ prompt: '' }), GITHUB_EVENT_NAME: eventName };
    expect(() => readInputs(env)).not.toThrow();
  });
});

describe('the model', () => {
  test.each([
    ['anthropic/claude', { provider: 'anthropic', model: 'claude' }],
    ['openrouter/meta/llama-4', { provider: 'openrouter', model: 'meta/llama-4' }],
  ])('%s is split at its first slash', (model, expected) => {
    expect(readInputs(given({ model })).model).toEqual(expected);
  });

  test.each(['claude', '/claude', 'anthropic/', '/', 'a/b c'])('%s is refused', (model) => {
    expect(refusal({ model })).toBe(
      `The input \`model\` is "${model}"; expected \`provider/model\`.`,
    );
  });
});

describe('minutes', () => {
  test.each([
    ['0.5', 30_000],
    ['.05', 3_000],
    ['7200', 432_000_000],
    [' 15 ', 900_000],
    ['0.0000001', 1],
  ])('%s are %d ms', (value, ms) => {
    const inputs = { 'timeout-minutes': value, 'stall-minutes': value };
    expect(readInputs(given(inputs))).toMatchObject({ timeoutMs: ms, stallMs: ms });
  });

  const wrong = [
    '0',
    '0.0',
    '-1',
    'ten',
    '1e3',
    '30m',
    '1,5',
    'Infinity',
    'NaN',
    '0x10',
    '1 2',
    '.',
  ];

  test.each([...wrong, '7200.1'])('%s is no timeout', (value) => {
    expect(refusal({ 'timeout-minutes': value })).toBe(
      `The input \`timeout-minutes\` is "${value}"; expected a number of minutes above 0 and at most 7200.`,
    );
  });

  test.each(wrong)('%s is no stall time', (value) => {
    expect(refusal({ 'stall-minutes': value })).toBe(
      `The input \`stall-minutes\` is "${value}"; expected a number of minutes above 0.`,
    );
  });

  test('a stall time longer than any run is as long as the longest run', () => {
    expect(readInputs(given({ 'stall-minutes': '9999999' })).stallMs).toBe(432_000_000);
  });
});

describe('choices', () => {
  test.each([
    ['permission-requests', 'ask', '`reject` or `allow`'],
    ['progress', 'none ,', '`comment` or `none`'],
    ['reply', 'Comment', '`comment` or `none`'],
    ['share', 'yes', '`true` or `false`'],
    ['share', 'True', '`true` or `false`'],
  ])('%s takes no %s', (name, value, expected) => {
    expect(refusal({ [name]: value })).toBe(
      `The input \`${name}\` is "${value}"; expected ${expected}.`,
    );
  });

  test('a long or many-lined value is quoted on one short line', () => {
    const message = refusal({ progress: `a\n${'b'.repeat(10_000)}` });
    expect(message).toContain('"a\\nbbb');
    expect(message.length).toBeLessThan(200);
  });
});

describe('a local server', () => {
  test('is set up as the workflow says', () => {
    const inputs = {
      'opencode-version': '1.18.33',
      'opencode-path': '/opt/opencode',
      'opencode-config': '{"model": "a/b"}',
      'agent-env': 'NPM_TOKEN, _x1',
      share: 'true',
    };
    expect(readInputs(given(inputs))).toMatchObject({
      server: {
        kind: 'local',
        version: '1.18.33',
        path: '/opt/opencode',
        config: { model: 'a/b' },
        agentEnv: ['NPM_TOKEN', '_x1'],
        share: true,
      },
      warnings: [],
    });
  });

  test.each(['installed', '1.18.33', '2.0.0-beta.1'])('takes the version %s', (version) => {
    expect(readInputs(given({ 'opencode-version': version })).server).toMatchObject({ version });
  });

  test.each(['latest', '^1.18.0', '1.18', '1.x', 'v1.18.33', '>=1.0.0', '1.18.33 || 2.0.0'])(
    'takes no range such as %s',
    (version) => {
      expect(refusal({ 'opencode-version': version })).toBe(
        `The input \`opencode-version\` is "${version}"; expected an exact version such as \`1.18.33\`, or \`installed\`.`,
      );
    },
  );

  test.each(['NPM TOKEN', 'sk-secret', 'A=b', '1A'])('takes %s for no name, unquoted', (names) => {
    const message = refusal({ 'agent-env': names });
    expect(message).toContain('`agent-env`');
    expect(message).not.toContain(names);
  });

  test('names the inputs for the other kind in one warning', () => {
    const inputs = {
      'server-token': 'secret-token',
      'server-username': 'me',
      'server-directory': '/x',
    };
    expect(readInputs(given(inputs)).warnings).toEqual([
      'Without effect, because no `server-url` is given: `server-token`, `server-username`, `server-directory`.',
    ]);
  });
});

describe("OpenCode's configuration", () => {
  const secret = 'sk-0123456789';

  test.each([
    [`{"key": "${secret}", "a": bad}`, 'is not JSON: it goes wrong at line 1, column 31'],
    [`{\n  "key": "${secret}",\n}`, 'is not JSON: it goes wrong at line 3, column 1'],
    [`{\n  "key": ["${secret}",]\n}`, 'is not JSON: it goes wrong at line 2, column 27'],
    [`{"key": "${secret}"`, 'is not JSON: it goes wrong at line 1, column 24'],
    [`{"key": ${secret}}`, 'is not JSON: it goes wrong at line 1, column 9'],
    [`{"key": "${secret}"} x`, 'is not JSON: it goes wrong at line 1, column 26'],
    [secret, 'is not JSON: it goes wrong at line 1, column 1'],
    [`["${secret}"]`, 'is an array; expected a JSON object'],
    [`"${secret}"`, 'is a string; expected a JSON object'],
    ['null', 'is null; expected a JSON object'],
    ['7', 'is a number; expected a JSON object'],
  ])('%j is refused, and nothing of it is shown', (config, problem) => {
    const message = refusal({ 'opencode-config': config });
    expect(message).toBe(`The input \`opencode-config\` ${problem}.`);
    expect(message).not.toContain(secret);
  });

  test('finds the place of an unexpected word after a hundred thousand characters', () => {
    const config = `{"a": "${'x'.repeat(100_000)}",\n "b": yes}`;
    expect(refusal({ 'opencode-config': config })).toContain('line 2, column 7');
  });
});

describe('a remote server', () => {
  test.each([
    ['https://agent.example.com/', 'https://agent.example.com'],
    ['https://agent.example.com:4096/base/', 'https://agent.example.com:4096/base'],
    ['http://localhost:4096', 'http://localhost:4096'],
    ['http://127.0.0.1:4096', 'http://127.0.0.1:4096'],
    ['http://127.1.2.3', 'http://127.1.2.3'],
    ['http://[::1]:4096', 'http://[::1]:4096'],
  ])('is attached to at %s', (url, expected) => {
    expect(readInputs(given({ ...remote, 'server-url': url })).server).toEqual({
      kind: 'remote',
      url: expected,
      headers: {},
      directory: '/srv/hello',
    });
  });

  test.each([
    'http://agent.example.com',
    'http://10.0.0.1:4096',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0:4096',
  ])('is not spoken to in the open at %s, unless that is asked for', (url) => {
    const inputs = { ...remote, 'server-url': url };
    expect(refusal(inputs)).toBe(
      `The input \`server-url\` is "${url}"; expected \`https:\`, or \`allow-insecure-server: true\` for plain \`http:\`.`,
    );
    const { server } = readInputs(given({ ...inputs, 'allow-insecure-server': 'true' }));
    expect(server).toMatchObject({ url });
  });

  test.each([
    ['no url with secret', 'is not a URL'],
    ['https://user:secret@host', 'holds credentials'],
    ['https://secret@host', 'holds credentials'],
    ['https://host:port/secret', 'is not a URL'],
    ['https://host/?token=secret', 'has a query or a fragment'],
    ['https://host/#secret', 'has a query or a fragment'],
    ['ftp://host/secret', 'is no `https:` or `http:` address'],
    ['secret:4096', 'is no `https:` or `http:` address'],
  ])('is not at %s, and nothing of that is shown', (url, problem) => {
    const message = refusal({ ...remote, 'server-url': url });
    expect(message).toContain(`The input \`server-url\` ${problem}`);
    expect(message).not.toContain('secret');
  });

  test.each([
    [{ 'server-token': 'abc.def' }, 'Bearer abc.def'],
    [{ 'server-password': 'pass:wörd' }, `Basic ${btoa('opencode:pass:w\u00c3\u00b6rd')}`],
    [{ 'server-password': 'p', 'server-username': 'me' }, `Basic ${btoa('me:p')}`],
  ])('is authorised by %j', (inputs, authorization) => {
    const { server } = readInputs(given({ ...remote, ...inputs }));
    expect(server).toMatchObject({ headers: { authorization } });
  });

  test.each([
    [
      { 'server-token': 'secret', 'server-password': 'secret2' },
      'The input `server-token` and the input `server-password` are both set; give one.',
    ],
    [
      { 'server-token': 'sec\nret' },
      'The input `server-token` holds white space or characters beyond ASCII.',
    ],
    [
      { 'server-token': 'secrét' },
      'The input `server-token` holds white space or characters beyond ASCII.',
    ],
    [
      { 'server-password': 'secret', 'server-username': 'a:b' },
      'The input `server-username` holds a colon, which no user name may.',
    ],
    [
      { 'server-directory': 'hello' },
      'The input `server-directory` is "hello"; expected the repository\'s absolute path on the server.',
    ],
  ])('refuses %j', (inputs, message) => {
    expect(refusal({ ...remote, ...inputs })).toBe(message);
  });

  test('takes no directory, which is for the server to say', () => {
    const inputs = { ...remote, 'server-directory': '' };
    expect(readInputs(given(inputs)).server).toMatchObject({ directory: undefined });
  });

  test.each(['/srv/hello', 'C:\\work\\hello', 'C:/work', '\\\\host\\share'])(
    'takes the directory %s',
    (directory) => {
      const inputs = { ...remote, 'server-directory': directory };
      expect(readInputs(given(inputs)).server).toMatchObject({ directory });
    },
  );

  test('names the inputs for the other kind in one warning, whatever they hold', () => {
    const inputs = { ...remote, 'opencode-version': '^1', 'opencode-config': '{', share: 'true' };
    expect(readInputs(given(inputs)).warnings).toEqual([
      'Without effect, because `server-url` is given: `opencode-version`, `opencode-config`, `share`.',
    ]);
  });
});

describe('what must not go out', () => {
  const values = (inputs: Record<string, string>, env: Record<string, string> = {}): string[] =>
    readSecrets({ ...given(inputs), ...env }).map(({ value }) => value);

  test('is what is a secret by name, in the environment, the configuration and `redact`', () => {
    const inputs = {
      'server-token': 'a server token',
      'server-password': 'a server password',
      'opencode-config': '{"provider":{"acme":{"options":{"apiKey":"a configured key"}}}}',
      'agent-env': 'LICENCE',
      redact: '\n one of mine \r\nanother\n\n',
    };
    const env = { ACME_API_KEY: 'a key', LICENCE: 'a licence', PLAIN: 'plain', INPUT_KEY: 'x' };
    expect(values(inputs, env)).toEqual([
      'ghs_secret',
      'a server token',
      'a server password',
      'one of mine',
      'another',
      'a key',
      'a licence',
      'a configured key',
      'a configured key',
    ]);
  });

  test('is read of inputs that are wrong, too', () => {
    expect(values({ 'opencode-config': '{', redact: 'one of mine' })).toContain('one of mine');
  });

  test('is named in one warning where it is too short to be looked for', () => {
    const inputs = { redact: 'abc\nlong enough', 'github-token': 'short' };
    expect(readInputs({ ...given(inputs), A_TOKEN: 'tiny' }).warnings).toEqual([
      'Not looked for in what goes out, because they have fewer than 8 characters: values of `github-token`, `redact`, `A_TOKEN`.',
    ]);
  });
});
