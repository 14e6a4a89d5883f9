import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startFake } from '../opencode/fake.ts';
import { openSetting, type Setting } from '../tidy/setting.ts';

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(async () => {
  expect(setting.github.violations).toEqual([]);
  await setting[Symbol.asyncDispose]();
});

describe('whoever can write a lock, and has a run take it over,', () => {
  test('is not sent our credentials by naming his server', async () => {
    await using his = await startFake((_, response) => void response.end('true'));
    const log = await setting.tidy({ server: { url: his.address.url, directory: '/repo' } });
    expect(log).toContain('is on another server, and is left alone');
    expect(his.seen).toEqual([]);
  });

  test('(while our own server does get them)', async () => {
    await setting.tidy();
    const sent = setting.server.seen.map(({ headers }) => headers.authorization);
    expect(new Set(sent)).toEqual(new Set(['Bearer a-token-of-ours']));
  });

  test('reaches no other directory of our server', async () => {
    const { url } = setting.server.address;
    await setting.tidy({ server: { url, directory: '/other' } });
    expect(setting.server.seen).toEqual([]);
  });

  test.each(['../instance/dispose?', 'ses_1/../../global/dispose#', 'ses_%2e%2e', '', 'x'])(
    'reaches no other route of our server by the session "%s"',
    async (session) => {
      const log = await setting.tidy({ session });
      expect(log).toContain('the record names no session of OpenCode');
      expect(setting.server.seen).toEqual([]);
    },
  );

  test('reaches no other server without a directory of our own either', async () => {
    await using his = await startFake((_, response) => void response.end('true'));
    await using spaces = await openSetting({ inputs: { 'server-directory': '' } });
    for (const url of [his.address.url, `${his.address.url}#${spaces.server.address.url}`, 'x'])
      await spaces.tidy({ server: { url, directory: '/repo' } });
    expect([...his.seen, ...spaces.server.seen]).toEqual([]);
  });

  test('has nothing written in another repository', async () => {
    const log = await setting.tidy({ repository: 'octo-org/other' });
    expect(log).toContain('is left as it is, because it is in another repository');
    expect(setting.writes()).toEqual([]);
  });

  test('changes no comment but those that the dead run has written', async () => {
    const theirs = setting.post('progress', '**Working**');
    const before = theirs.body;
    const owner = { ...setting.dead.owner, invocationId: 'another' };
    await setting.tidy({ owner });
    expect(theirs.body).toBe(before);
  });

  test('has the thread lead nowhere else', async () => {
    await setting.tidy({ runUrl: 'https://evil.example.com/actions/runs/1' });
    const [body = ''] = setting.bodies();
    expect(body).toContain('died before it was done');
    expect(body).not.toContain('evil.example.com');
  });

  test('has nothing said for a run that is none', async () => {
    const runId = '1](https://evil.example.com) @octocat';
    const log = await setting.tidy({ owner: { ...setting.dead.owner, runId } });
    expect(log).toContain('its record names no run of GitHub');
    expect(setting.writes()).toEqual([]);
  });
});
