import { describe, expect, jest, test } from '@jest/globals';

import { renderMarker } from '../../src/marker.ts';
import { label, secret } from '../desk.ts';
import { type Changes, openSetting, ownLogin, type Setting } from './setting.ts';

// A session that does not hear is told to stop for some seconds.
jest.setTimeout(60_000);

async function withSetting(changes: Changes, work: (setting: Setting) => Promise<void>) {
  await using setting = await openSetting(changes);
  await work(setting);
  expect(setting.github.violations).toEqual([]);
}

const recovered = /died before it was done.*Recovered by run 9000000001: http\S+\/9000000001\//;

describe('the thread of a run that died', () => {
  test('has what it had written in place of its progress, what became of it, and no sign of work', () =>
    withSetting({}, async (setting) => {
      const progress = setting.post('progress', '**Working** for 12 s');
      const log = await setting.tidy();
      expect(setting.bodies()).toEqual([expect.stringMatching(recovered)]);
      expect(setting.bodies()[0]).toContain('\n\nIt greets\n\n<details>');
      expect(progress.body).toMatch(/run=8000000001 .* purpose=answer -->$/);
      expect(setting.signs()).toEqual({ reactions: ['confused'], labels: [] });
      expect(log).toContain('Session ses_dead of run 8000000001 is stopped.');
    }));

  test('gets a comment where it had none yet', () =>
    withSetting({}, async (setting) => {
      await setting.tidy();
      expect(setting.bodies()).toEqual([expect.stringMatching(recovered)]);
      expect(setting.bodies()[0]).toContain('It greets');
    }));

  test('keeps an answer that was given, and loses the progress beside it', () =>
    withSetting({}, async (setting) => {
      setting.post('progress', '**Working** for 12 s');
      setting.post('answer', 'It greets people.');
      await setting.tidy();
      expect(setting.bodies()).toEqual(['It greets people.']);
      expect(setting.signs()).toEqual({ reactions: [], labels: [] });
    }));

  test('keeps a review that was given, and gets no answer beside it', () =>
    withSetting({ isOnPull: true }, async (setting) => {
      setting.post('progress', '**Working** for 12 s');
      const { state } = setting.github;
      const number = setting.dead.thread?.number ?? 0;
      const body = `Fine.\n\n${renderMarker(setting.dead.owner, 'review')}`;
      state.addReview(number, { author: ownLogin, body });
      await setting.tidy();
      expect(setting.bodies()).toEqual([]);
      expect(setting.signs()).toEqual({ reactions: [], labels: [] });
    }));

  test('is answered on a pull request where another run gave a review', () =>
    withSetting({ isOnPull: true }, async (setting) => {
      const number = setting.dead.thread?.number ?? 0;
      const other = { ...setting.dead.owner, invocationId: 'another' };
      const body = `Fine.\n\n${renderMarker(other, 'review')}`;
      setting.github.state.addReview(number, { author: ownLogin, body });
      await setting.tidy();
      expect(setting.bodies()).toEqual([expect.stringMatching(recovered)]);
    }));

  test('keeps the last that was seen of it where its server cannot be asked', () =>
    withSetting({}, async (setting) => {
      setting.post('progress', '**Working** for 12 s\n\n```text\nIt gre\n```');
      const { server: _, session: __, ...here } = setting.dead;
      Object.assign(setting, { dead: here });
      await setting.tidy({ server: { url: 'https://elsewhere.example.com', directory: '/repo' } });
      expect(setting.bodies()).toEqual([expect.stringMatching(recovered)]);
      expect(setting.bodies()[0]).toContain('```text\nIt gre\n```');
      expect(setting.bodies()[0]).not.toContain('had written nothing');
    }));

  test('is never told a secret', () =>
    withSetting({ text: `It greets ${secret}` }, async (setting) => {
      await setting.tidy();
      expect(setting.bodies()[0]).toContain('It greets');
      expect(JSON.stringify(setting.github.requests)).not.toContain(secret);
    }));

  test.each<[NonNullable<Changes['on']>, string[]]>([
    ['its thread', ['confused']],
    ['its comment', ['eyes']],
  ])('keeps the signs of the new run, which is about %s', (on, reactions) =>
    withSetting({ on }, async (setting) => {
      await setting.tidy();
      expect(setting.bodies()).toEqual([expect.stringMatching(recovered)]);
      expect(setting.signs()).toEqual({ reactions, labels: [label] });
    }),
  );

  test('is left alone by a run that writes nothing to GitHub', () =>
    withSetting({ inputs: { reply: 'none' } }, async (setting) => {
      expect(await setting.tidy()).toContain('is left as it is, because `reply` is `none`');
      expect(setting.writes()).toEqual([]);
    }));

  test('keeps nobody from going on where GitHub fails', () =>
    withSetting({}, async (setting) => {
      setting.github.faults = ({ method }) => (method === 'POST' ? { status: 403 } : undefined);
      expect(await setting.tidy()).toContain('Could not tidy up the thread of run 8000000001');
    }));
});

describe('the session of a run that died', () => {
  test('is stopped before anything else is done', () =>
    withSetting({}, async (setting) => {
      await setting.tidy();
      expect(setting.isClear()).toBe(true);
      const [first] = setting.server.seen;
      expect(first).toMatchObject({ method: 'POST', url: expect.stringMatching(/\/abort\?/) });
      expect(setting.server.seen.at(-1)?.url).toMatch(/^\/session\/ses_dead\/message/);
    }));

  test.each([
    ['a slash more', { url: '', directory: '/repo/' }],
    ['another path of the same server', { url: '/', directory: '/repo' }],
  ])('is stopped where its directory is the same, though it is written with %s', (_, at) =>
    withSetting({}, async (setting) => {
      const url = `${setting.server.address.url}${at.url}`;
      expect(await setting.tidy({ server: { ...at, url } })).toContain('is stopped.');
    }),
  );

  test('is stopped where the server had laid out its workspace, which the record alone knows', () =>
    withSetting({ inputs: { 'server-directory': '' } }, async (setting) => {
      const { url } = setting.server.address;
      const directory = '/spaces/octo-org/issue-1';
      expect(await setting.tidy({ server: { url, directory } })).toContain('is stopped.');
      const asked = setting.server.seen.map((request) => new URL(request.url, url).searchParams);
      expect(new Set(asked.map((query) => query.get('directory')))).toEqual(new Set([directory]));
    }));

  test('is told of where it could not be seen to stop, though the server said that it would', () =>
    withSetting({ isDeaf: true }, async (setting) => {
      expect(await setting.tidy()).toContain(
        'Session ses_dead of run 8000000001 may still be at work.',
      );
      expect(setting.isClear()).toBe(false);
      expect(setting.bodies()).toHaveLength(1);
    }));
});
