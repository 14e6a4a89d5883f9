import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { flags, readFlags, renderHelp, variableOf } from '../../src/serve/flags.ts';
import { readOptions } from '../../src/serve/options.ts';
import { serve } from '../../src/serving.ts';
import { makeCertificate } from './certificate.ts';
import { openScene, secrets } from './setting.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flags-'));
  const inFolder = (name: string): string => join(folder, name);
  await writeFile(inFolder('tokens'), `ci ${secrets.ci}\n`);
  await writeFile(inFolder('short'), `ci ${'a'.repeat(31)}\n`);
  await writeFile(inFolder('empty'), '');
  for (const name of ['one', 'two'])
    makeCertificate(inFolder(`${name}.crt`), inFolder(`${name}.key`));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the command; what it would need a long time for is never reached. */
async function command(argv: string[], env: Record<string, string> = {}) {
  const told: string[] = [];
  const printed: string[] = [];
  const status = await serve(argv, {
    env,
    out: (text) => printed.push(text),
    tell: (message) => told.push(message),
    stop: new AbortController().signal,
    hurry: new AbortController().signal,
    onRenew: () => {},
  });
  return { status, told, printed };
}

describe('what cannot be used stops it at the start: status 2, and one line that names it', () => {
  const tokens = ['--token-file', '<tokens>'];
  test.each<[string, string[], string, Record<string, string>?]>([
    ['an unknown flag', ['--tokem-file', 'x'], '--tokem-file is no flag'],
    ['a word that is no flag', ['serve'], 'holds something that is no flag'],
    ['a flag without its value', ['--listen'], '--listen has no value'],
    ['a token in the command line', ['--token', secrets.ci], 'MENTION_LOOP_TOKEN'],
    ['an empty value', ['--listen', ''], '--listen is empty'],
    ['no token', [], '--token-file is missing'],
    ['a file of tokens that is not there', ['--token-file', '<nothing>'], '--token-file is'],
    [
      'a file of no tokens',
      ['--token-file', '<empty>'],
      '--token-file cannot be used: holds no token',
    ],
    [
      'a short token in a file',
      ['--token-file', '<short>'],
      '--token-file cannot be used: line 1 holds a token that is too short',
    ],
    [
      'a short token in the environment',
      [],
      'MENTION_LOOP_TOKEN holds a token',
      { MENTION_LOOP_TOKEN: 'abc' },
    ],
    [
      'tokens in the environment that are none',
      [],
      'MENTION_LOOP_TOKENS cannot be used',
      { MENTION_LOOP_TOKENS: 'abc' },
    ],
    ['no port', [...tokens, '--listen', '127.0.0.1'], '--listen is no address'],
    ['a port that is none', [...tokens, '--listen', '127.0.0.1:65536'], '--listen is no address'],
    [
      'an address of another machine',
      [...tokens, '--listen', '192.0.2.1:0'],
      '--listen is `192.0.2.1:0`, and nobody can listen there',
    ],
    ['a certificate alone', [...tokens, '--tls-cert', '<one.crt>'], '--tls-cert stands alone'],
    ['a key alone', [...tokens, '--tls-key', '<one.key>'], '--tls-key stands alone'],
    [
      'a certificate that is none',
      [...tokens, '--tls-cert', '<tokens>', '--tls-key', '<one.key>'],
      '--tls-cert holds no certificate',
    ],
    [
      'a key of another certificate',
      [...tokens, '--tls-cert', '<one.crt>', '--tls-key', '<two.key>'],
      '--tls-key does not hold the key of --tls-cert',
    ],
    ['a root that is not there', [...tokens, '--root', '<nothing>'], '--root is'],
    ['a root that is a file', [...tokens, '--root', '<tokens>'], '--root is'],
    [
      'a directory outside of the root',
      [...tokens, '--root', '<>', '--directory', '/'],
      '--directory is outside of --root',
    ],
    ['a route that is none', [...tokens, '--allow', 'session'], '--allow is "session"'],
    ['no number of sessions', [...tokens, '--max-sessions', '0'], '--max-sessions is "0"'],
    ['no size', [...tokens, '--max-body', '1.5'], '--max-body is "1.5"'],
    ['no time', [...tokens, '--drain', '-1'], '--drain has no value'],
    ['no version', [...tokens, '--opencode-version', 'latest'], '--opencode-version is "latest"'],
    ['no JSON', [...tokens, '--opencode-config', '{'], '--opencode-config is no JSON object'],
    ['no names', [...tokens, '--agent-env', 'A=secret'], '--agent-env holds something else'],
    [
      'an upstream that is no address',
      [...tokens, '--upstream', 'localhost:1'],
      '--upstream is no address',
    ],
    [
      'an upstream with a password in it',
      [...tokens, '--upstream', 'http://a:secret@localhost'],
      '--upstream holds credentials',
    ],
    [
      'an upstream with a path',
      [...tokens, '--upstream', 'http://localhost/x'],
      '--upstream has a path',
    ],
    [
      'an upstream and a binary',
      [...tokens, '--upstream', 'http://localhost', '--opencode-path', 'x'],
      '--opencode-path is given beside --upstream',
    ],
    [
      'a file without the password',
      [...tokens, '--upstream', 'http://localhost', '--upstream-password-file', '<empty>'],
      '--upstream-password-file names an empty file',
    ],
    [
      'a binary that is not there',
      [...tokens, '--listen', '127.0.0.1:0', '--opencode-path', '<nothing>'],
      'opencode-path',
    ],
  ])('%s', async (_what, argv, problem, env = {}) => {
    const paths = argv.map((each) =>
      each.replace(/^<(.*)>$/, (_, name: string) => join(folder, name)),
    );
    const { status, told, printed } = await command(paths, env);
    expect(told.filter((line) => !line.startsWith('Listening'))).toEqual([
      expect.stringContaining(problem),
    ]);
    expect(told.join()).toMatch(/[Ee]xpected/);
    expect(told.join()).not.toMatch(/\n|secret|aaaa|0123456789/);
    expect({ status, printed }).toEqual({ status: 2, printed: [] });
  });

  test('a port in use is said as such', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const { status, told } = await command(['--listen', `127.0.0.1:${port}`], {
      MENTION_LOOP_TOKEN: secrets.ci,
    });
    holder.close();
    expect(status).toBe(2);
    expect(told).toEqual([expect.stringMatching(/^--listen .* that port is in use; expected/)]);
  });

  test('an upstream that refuses our password', async () => {
    await using scene = await openScene({
      answer: (_seen, response) => void response.writeHead(401).end(),
    });
    const upstream = scene.setting.upstream.place()?.url.origin ?? '';
    const argv = ['--listen', '127.0.0.1:0', '--upstream', upstream];
    const { status, told } = await command(argv, { MENTION_LOOP_TOKENS: `ci ${secrets.ci}` });
    expect(status).toBe(2);
    expect(told.at(-1)).toMatch(/^--upstream-password-file does not open --upstream/);
  });

  test('an upstream that is not OpenCode, or not there', async () => {
    await using scene = await openScene();
    const upstream = scene.setting.upstream.place()?.url.origin ?? '';
    const env = { MENTION_LOOP_TOKEN: secrets.ci, MENTION_LOOP_LISTEN: '127.0.0.1:0' };
    const all = await Promise.all(
      [upstream, 'http://127.0.0.1:1'].map((url) => command(['--upstream', url], env)),
    );
    expect(all.map(({ status }) => status)).toEqual([2, 2]);
    expect(all[0]?.told.at(-1)).toContain('what answers there is not OpenCode; expected');
    expect(all[1]?.told.at(-1)).toContain('nobody answers there');
  }, 60_000);
});

describe('--help', () => {
  test('names every flag, its variable and its default', async () => {
    const { status, printed } = await command(['--help']);
    expect(status).toBe(0);
    expect(printed).toEqual([renderHelp()]);
    for (const flag of flags) {
      expect(printed[0]).toContain('isSecret' in flag ? variableOf(flag.name) : `--${flag.name}`);
      if (flag.name !== 'help') expect(printed[0]).toContain(variableOf(flag.name));
      expect(printed[0]).toContain(flag.help);
      if ('byDefault' in flag) expect(printed[0]).toContain(`Default: ${flag.byDefault}.`);
    }
  });
});

describe('the package’s command', () => {
  const command = join(import.meta.dirname, '../../bin/mention-loop.js');
  const run = promisify(execFile);

  test('mention-loop serve is serve', async () => {
    expect((await run(process.execPath, [command, 'serve', '--help'])).stdout).toBe(renderHelp());
    const wrong = run(process.execPath, [command, 'serve', '--nothing']);
    await expect(wrong).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--nothing'),
    });
  }, 60_000);

  test('knows no other word', async () => {
    await expect(run(process.execPath, [command, 'server'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mention-loop serve'),
    });
  }, 60_000);
});

describe('the environment', () => {
  test('sets every flag, and the command line counts before it', () => {
    const env = {
      MENTION_LOOP_LISTEN: '[::1]:1',
      MENTION_LOOP_ALLOW: 'GET:/doc\nGET:/command',
      MENTION_LOOP_MAX_SESSIONS: '3',
      MENTION_LOOP_DRAIN: '',
    };
    const given = readFlags(['--max-sessions', '4'], env);
    if (given === undefined) throw new Error('help');
    expect(readOptions(given)).toMatchObject({
      host: '::1',
      port: 1,
      maxSessions: 4,
      drainMs: 30_000,
      maxBodyBytes: 10 * 1024 * 1024,
      allow: [{ template: '/doc' }, { template: '/command' }],
      behind: { kind: 'own' },
    });
  });
});
