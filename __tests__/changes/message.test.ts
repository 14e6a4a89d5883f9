import { execFileSync } from 'node:child_process';

import { describe, expect, test } from '@jest/globals';

import { commitMessage, isOwnMessage, subjectOf } from '../../src/changes/message.ts';

const facts = {
  fallback: 'Changes asked for in #7',
  runUrl: 'https://github.com/o/r/actions/runs/170/attempts/1',
  serverUrl: 'https://github.com',
  requester: { login: 'octocat', id: 583231 },
};

describe('the first line', () => {
  test.each([
    ['Fix the greeting', 'Fix the greeting'],
    ['\n\n  Fix the greeting.  \nmore', 'Fix the greeting'],
    ['## Fixed `greet()` in **src/greet.js**', 'Fixed greet() in src/greet.js'],
    ['- [x] ~~Done~~ *it*', 'Done it'],
    ['> 1. quoted', 'quoted'],
    ['**Summary:**\n\nmore', 'Summary'],
    [
      'See [the docs](https://evil.example/x) and ![pic](https://e.x/y.png)',
      'See the docs and !pic',
    ],
    ['<b>Bold</b> and <!-- hidden --> seen', 'Bold and seen'],
    ['<!-- one\ntwo -->\nSeen', 'Seen'],
    ['<!-- never closed\nSeen', facts.fallback],
    ['```js\nconst a = 1;\n```\nAdded a constant', 'Added a constant'],
    ['snake_case stays, _emphasis_ goes', 'snake_case stays, emphasis goes'],
    ['Fixes #5, closes octo/x#6 and GH-7', 'Fixes 5, closes octo/x6 and GH 7'],
    ['Fixes https://github.com/o/r/issues/5 now', 'Fixes now'],
    ['Fixes ht[tps://github.com/o/r/issues/5 now', 'Fixes now'],
    ['Thanks @octocat and @octo-org/team', 'Thanks octocat and octo-org/team'],
    ['@@octocat', 'octocat'],
    ['`@`octocat', 'octocat'],
    ['Mail a@b.example', 'Mail a@b.example'],
    ['Fix [skip ci] it', 'Fix skip ci it'],
    ['[*skip* ci] [skip [skip ci] ci]', 'skip ci skip skip ci ci'],
    ['[\u200bskip\u200b ci\u200b]', 'skip ci'],
    ['Co-authored-by: evil <evil@example.com>', 'Co-authored-by evil'],
    ['skip-checks: true', 'skip-checks true'],
    ['one\rCo-authored-by: evil <e@x>', 'one'],
    ['one\u2028two', 'one'],
    ['a\0b\u001b[31mc\u202ed', 'a b 31mc d'],
    ['', facts.fallback],
    ['---\n***\n```\n```', facts.fallback],
    ['直しました', '直しました'],
    ['Family 👩‍👩‍👧', 'Family 👩‍👩‍👧'],
    ['\ud800 half', 'half'],
  ])('of %j', (answer, subject) => {
    expect(subjectOf(answer, facts.fallback)).toBe(subject);
  });

  test.each([
    ['words', 'word '.repeat(50)],
    ['one word', 'x'.repeat(500)],
    ['faces', `Hi${'👩‍👩‍👧'.repeat(50)}`],
    ['accents', 'e\u0301'.repeat(200)],
    ['flags', `Hi${'🇩🇪'.repeat(100)}`],
  ])('is under 72 characters and cut where a person would, of many %s', (_, answer) => {
    const subject = subjectOf(answer, facts.fallback);
    expect(subject.length).toBeLessThan(72);
    expect(subject.length).toBeGreaterThan(55);
    expect(subject.endsWith('…')).toBe(true);
    const segments = (text: string): string[] =>
      [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
    const whole = segments(answer.trim());
    expect(whole.slice(0, segments(subject).length - 1)).toEqual(segments(subject).slice(0, -1));
  });

  test('takes no longer for what is made to be slow', () => {
    const started = Date.now();
    for (const piece of ['<!--', '[', '](', '<a', '*', '@', '#', '- [x] ', '_', '> '])
      subjectOf(piece.repeat(300_000), facts.fallback);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

describe('a commit’s message', () => {
  test('links the run and names who asked as co-author', () => {
    expect(commitMessage('Fix it.\n\nAll of it.', facts)).toBe(
      'Fix it\n\nRun: https://github.com/o/r/actions/runs/170/attempts/1\n' +
        'Co-authored-by: octocat <583231+octocat@users.noreply.github.com>\n',
    );
  });

  test('has no trailer that the model wrote, as git reads it', () => {
    const evil = 'Co-authored-by: evil <evil@example.com>\nSigned-off-by: evil <evil@example.com>';
    for (const answer of [evil, `Fix\n\n${evil}`, `Fix\r\n\r\n${evil}`, `Fix\u2028\u2028${evil}`]) {
      const trailers = execFileSync('git', ['interpret-trailers', '--parse'], {
        input: commitMessage(answer, facts),
      });
      expect(trailers.toString()).toBe(commitMessage('x', facts).slice('x\n\n'.length));
    }
  });

  test.each([
    ['https://github.example.com', 'users.noreply.github.example.com'],
    ['https://octo.ghe.com/', 'users.noreply.octo.ghe.com'],
    ['http://127.0.0.1:4000', 'users.noreply.127.0.0.1'],
  ])('takes the host of %s', (serverUrl, host) => {
    expect(commitMessage('Fix', { ...facts, serverUrl })).toContain(`<583231+octocat@${host}>`);
  });

  test('names an App, and nobody whose login is none', () => {
    const by = (login: string): string =>
      commitMessage('Fix', { ...facts, requester: { login, id: 1 } });
    expect(by('dependabot[bot]')).toContain('dependabot[bot] <1+dependabot[bot]@');
    expect(by('mona_corp')).toContain('mona_corp <1+mona_corp@');
    for (const login of ['a b', 'x>\nCo-authored-by: evil <e@x', ''])
      expect(by(login)).not.toContain('Co-authored-by');
    expect(commitMessage('Fix', { ...facts, requester: undefined })).not.toContain('Co-authored');
  });

  test('is known again as ours, in this repository only', () => {
    const message = commitMessage('Fix', facts);
    expect(isOwnMessage(message, 'https://github.com', 'O/R')).toBe(true);
    expect(isOwnMessage(message, 'https://github.com', 'o/other')).toBe(false);
    expect(isOwnMessage('Fix\n', 'https://github.com', 'o/r')).toBe(false);
  });
});
