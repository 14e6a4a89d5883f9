import { describe, expect, jest, test } from '@jest/globals';

import type { Entry } from '../../src/journal/entries.ts';
import { renderMarker } from '../../src/marker.ts';
import { openSetting, ownLogin, type Setting } from './setting.ts';

jest.setTimeout(60_000);

const words: Entry = { type: 'text', count: 1, parts: [{ at: 0, from: 0, text: 'I look at it.' }] };
const reply: Entry = { type: 'reply', comments: ['The review'], restNotice: '', isSuccess: true };

async function withSetting(
  work: (setting: Setting) => Promise<void>,
  kind: 'issue' | 'pull' = 'pull',
  body?: string,
) {
  await using setting = await openSetting({}, kind, body);
  await work(setting);
  expect(setting.github.violations).toEqual([]);
}

/** A review of the killed run's, or of somebody who copies its marker. */
function addReview({ github, identity, asked }: Setting, author = ownLogin): void {
  const body = `Fine.\n\n${renderMarker(identity, 'review')}`;
  github.state.addReview(asked.number, { author, body });
}

function signs({ asked, github }: Setting): string[][] {
  return [asked.reactions.map(({ content }) => content), github.state.issue(asked.number).labels];
}

describe('a run that was killed with its review on the pull request', () => {
  test.each([
    ['and nothing noted', [words], []],
    ['and the reply noted', [words, reply], ['rocket']],
  ])('has its answer, and gets no other: %s', (_, entries, reactions) =>
    withSetting(async (setting) => {
      await setting.journal([...setting.begun, ...entries]);
      setting.post('progress', 'Working');
      addReview(setting);
      await setting.recover();
      expect(setting.bodies()).toEqual([]);
      expect(signs(setting)).toEqual([reactions, []]);
      expect(await setting.recover()).toBe('');
    }),
  );

  test('has it though its journal is gone', () =>
    withSetting(async (setting) => {
      addReview(setting);
      await setting.recover();
      expect(setting.bodies()).toEqual([]);
    }));

  test('has none where a stranger has copied its marker', () =>
    withSetting(async (setting) => {
      await setting.journal([...setting.begun, words]);
      addReview(setting, 'mallory');
      await setting.recover();
      expect(setting.bodies()).toEqual([expect.stringContaining('I look at it.')]);
    }));

  test('is answered where GitHub does not tell of reviews', () =>
    withSetting(async (setting) => {
      await setting.journal([...setting.begun, words, reply]);
      setting.github.faults = ({ path }) =>
        path.endsWith('/reviews') ? { status: 403 } : undefined;
      await setting.recover();
      expect(setting.bodies()).toEqual(['The review']);
    }));

  test.each([
    ['what it had ready', [words, reply], /^The review\n\n/],
    ['what it had written', [words], /^> \[!WARNING\][^]*\n\nI look at it\.\n/],
  ])('has %s say that a review may stand there, where GitHub does not tell', (_, entries, rest) =>
    withSetting(
      async (setting) => {
        await setting.journal([...setting.begun, ...entries]);
        addReview(setting);
        setting.github.faults = ({ path }) =>
          path.endsWith('/reviews') ? { status: 403 } : undefined;
        await setting.recover();
        const [body = '', ...others] = setting.bodies();
        expect(others).toEqual([]);
        expect(body).toMatch(
          /\n\n> \[!NOTE\]\n> GitHub does not tell whether a review of this run stands here/,
        );
        expect(body).toMatch(rest);
      },
      'pull',
      '/oc review',
    ),
  );

  test.each([
    ['that is none', '/oc review', undefined],
    ['of which nobody has asked for a review', '/oc fix this', { status: 403 }],
  ])('says nothing of the kind in a run %s', (_, body, fault) =>
    withSetting(
      async (setting) => {
        await setting.journal([...setting.begun, words, reply]);
        setting.github.faults = ({ path }) => (path.endsWith('/reviews') ? fault : undefined);
        await setting.recover();
        expect(setting.bodies()).toEqual(['The review']);
      },
      'pull',
      body,
    ),
  );
});

test('a run that was killed before its review has what it had written as a comment', () =>
  withSetting(async (setting) => {
    await setting.journal([...setting.begun, words]);
    await setting.recover();
    expect(setting.bodies()).toEqual([expect.stringContaining('I look at it.')]);
    expect(signs(setting)).toEqual([['confused'], []]);
  }));

test('on an issue nobody asks for reviews', () =>
  withSetting(async (setting) => {
    await setting.journal([...setting.begun, words]);
    await setting.recover();
    expect(setting.github.requests.some(({ path }) => path.endsWith('/reviews'))).toBe(false);
  }, 'issue'));
