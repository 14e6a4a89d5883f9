/** V8 reads some of its flags at a process's start alone: `serve` begins anew with them (src/serve.ts). */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { bundle, startCommand } from './command.ts';
import { basic, openScene, secrets } from './setting.ts';

const flags = [
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  '--single-threaded-gc',
];
const canBeginAnew = 'execve' in process && process.versions.node.startsWith('24.');
const canBeSeen = existsSync('/proc/self/cmdline');
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'begin-anew-'));
});
afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

// Which tests there are depends on the machine: Windows has no execve, and Linux alone has /proc.
if (!canBeginAnew || !canBeSeen) {
  test('execve or /proc is not on this machine: that serve begins anew cannot be seen here', () => {
    expect(canBeginAnew && canBeSeen).toBe(false);
  });
} else {
  test('the process that was started runs with V8’s flags, and with all that it was given', async () => {
    await using upstream = await openScene({
      answer: (_seen, response) => void response.end('{"version":"1"}'),
    });
    await using front = await startCommand({
      home,
      args: ['--drain', '0'],
      env: {
        MENTION_LOOP_TOKEN: secrets.ci,
        MENTION_LOOP_UPSTREAM: upstream.setting.upstream.place()?.url.origin ?? '',
        MENTION_LOOP_UPSTREAM_PASSWORD: 'secret',
      },
    });
    // One process, the one that we started: it is no child's command line that we read.
    const line = readFileSync(`/proc/${front.process.pid}/cmdline`, 'utf8').split('\0');
    const given = ['--listen', '127.0.0.1:0', '--drain', '0'];
    expect(line).toEqual([process.execPath, ...flags, bundle, ...given, '']);
    expect(front.children()).toEqual([]);

    const headers = { authorization: `Bearer ${secrets.ci}` };
    expect((await fetch(`${front.url}/session`, { headers })).status).toBe(200);
    expect(upstream.seen.map(({ url }) => url)).toContain('/session');
    const logins = upstream.seen.map((request) => request.headers.authorization);
    expect(new Set(logins)).toEqual(new Set([basic]));
    expect(front.told()).not.toContain('Warning');

    front.process.kill('SIGTERM');
    expect(await front.ended).toBe(0);
  });
}
