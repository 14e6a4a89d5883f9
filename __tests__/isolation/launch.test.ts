import { execFileSync } from 'node:child_process';

import { describe, expect, test } from '@jest/globals';

import { mayHold } from '../../src/isolation/account.ts';
import { atHome } from '../../src/isolation/home.ts';
import { inputOf, launchAs } from '../../src/isolation/launch.ts';
import { mountsBeside } from '../../src/isolation/view.ts';

const account = { name: 'mention-loop-00000000', uid: 61_184, home: '/tmp' };

describe('the environment that is handed over', () => {
  const env = {
    HOME: '/tmp',
    PLAIN: 'a value',
    HARD: `'"$(id)\`id\`\\\n\n\t*~ نمونه 👩‍👩‍👧 `,
    EMPTY: '',
  };

  test('comes out of a shell to the letter, and nothing of it is run', () => {
    const script = `${inputOf(env)}node -p 'JSON.stringify(process.env)'`;
    const out = execFileSync('sh', ['-c', script], { env: { PATH: process.env['PATH'] } });
    expect(JSON.parse(String(out))).toMatchObject(env);
  });

  test.each([
    ['whole', (text: string) => text, 'started'],
    ['in part', (text: string) => text.slice(0, text.indexOf('EMPTY')), 'not started'],
    ['not at all', () => '', 'not started'],
  ])('starts the program where it came %s', (_, cut, expected) => {
    const { args } = launchAs({ prefix: [], run: () => Promise.resolve('') }, account, ['x'], env);
    const script = args[args.indexOf('-c') + 1] ?? '';
    const command = ['-c', script, 'echo', 'started'];
    let out = 'not started';
    try {
      out = execFileSync('sh', command, { input: cut(inputOf(env)), encoding: 'utf8' }).trim();
    } catch {
      // It ended with a status of its own.
    }
    expect(out).toBe(expected);
  });

  test('is at home where the agent is', () => {
    const its = { PATH: '/bin', HOME: '/root', SUDO_USER: 'x', 'a-b': 'c', RUNNER_TEMP: '/t' };
    expect(
      atHome(
        { ...account, home: '/home/agent' },
        { ...its, OPENCODE_CONFIG: '/t/c', OPENCODE_CONFIG_DIR: 'own', GITHUB_WORKSPACE: '/w' },
      ),
    ).toEqual({
      PATH: '/bin',
      HOME: '/home/agent',
      USER: account.name,
      LOGNAME: account.name,
      RUNNER_TEMP: '/home/agent/tmp',
      TMPDIR: '/home/agent/tmp',
      GITHUB_WORKSPACE: '/w',
      OPENCODE_CONFIG: '/home/agent/OPENCODE_CONFIG',
      OPENCODE_CONFIG_DIR: '/w/own',
      XDG_CONFIG_HOME: '/home/agent/.config',
      XDG_DATA_HOME: '/home/agent/.local/share',
      XDG_CACHE_HOME: '/home/agent/.cache',
      XDG_STATE_HOME: '/home/agent/.local/state',
    });
  });
});

test.each([
  ['/home', true],
  ['/tmp', false],
  ['/tmp/below', false],
  ['/tmpfs', true],
  ['/opt', false],
  ['/srv', false],
  ['/net', false],
])('%s may hold the agent’s home: %s', (path, expected) => {
  const mounts = `a / ext4 rw 0 0\nb /tmp tmpfs rw,nosuid,noexec 0 0\nc /opt ext4 ro,relatime 0 0\nd:/x /srv nfs4 rw 0 0\ne /net autofs rw 0 0\n`;
  expect(mayHold(mounts, path)).toBe(expected);
});

test('file systems that can be written to are found by their names, but for those that are kept', () => {
  const mounts = [
    'a / ext4 rw 0 0',
    'b /srv/two\\040words ext4 rw,nosuid 0 0',
    'c /opt ext4 ro,relatime 0 0',
    'd /tmp tmpfs rw 0 0',
    'e /tmp/below tmpfs rw 0 0',
    'f /tmpfs tmpfs rw 0 0',
    '',
  ].join('\n');
  expect(mountsBeside(mounts, ['/tmp', '/home/agent'])).toEqual(['/srv/two words', '/tmpfs']);
});
