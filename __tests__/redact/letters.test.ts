import { expect, test } from '@jest/globals';

import { createGrowingText, redactEnded } from '../../src/redact/growing.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { pick, seeded } from '../reply/random.ts';
import { canary, spellings } from './canary.ts';

const secrets = [canary, 'another-secret-of-mine', 'zZ9-'.repeat(12)];
const redactor = createRedactor(secrets);

/** Random text of all of Unicode, much of it of the kinds that are looked at closely. */
function randomText(random: () => number): string {
  const words = [
    '-----',
    'eyJ',
    'sk-',
    'ghp_',
    '\n\n',
    ' ',
    '```',
    '\\',
    '***',
    '\u200d',
    '\ufe0f',
    'an',
  ];
  const scripts = ['سلام', 'नमस्ते', '👩‍👩‍👧‍👦', '🏳️‍🌈', 'é', '\u00ad', '\u{e0067}', '\r\n', '\ud83d', '\0'];
  const character = (): string => {
    const code = Math.floor(random() * 0x110000);
    return String.fromCodePoint(code);
  };
  return Array.from({ length: Math.floor(random() * 300) }, () =>
    random() < 0.4 ? character() : pick(random, [...words, ...scripts]),
  ).join('');
}

test('a text without a secret comes through to the letter', () => {
  for (let seed = 0; seed < 2_000; seed += 1) {
    const text = randomText(seeded(seed));
    expect({ seed, text: redactor.redact(text) }).toEqual({ seed, text });
    expect({ seed, text: redactEnded(redactor, text) }).toEqual({ seed, text });
  }
});

test('around a secret all else comes through to the letter', () => {
  const written = [
    'another-secret-of-mine',
    ...spellings(canary)
      .slice(0, 4)
      .map(([, text]) => text),
  ];
  for (let seed = 0; seed < 500; seed += 1) {
    const random = seeded(seed);
    const [before, after, secret] = [randomText(random), randomText(random), pick(random, written)];
    const shown = redactor.redact(`${before}|${secret}|${after}`);
    expect({ seed, shown }).toEqual({ seed, shown: `${before}|***|${after}` });
  }
});

test('a text that grows shows no more and no less at its end, however it comes', () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const random = seeded(seed);
    const [, secret] = pick(random, spellings(pick(random, secrets)));
    const [before, after] = [`${randomText(random)}|`, `|${randomText(random)} and so on.`];
    const text = before + secret + after;
    const growing = createGrowingText(redactor);
    for (let end = 0; end < text.length; end += Math.ceil(random() * 40))
      expect(growing.read(text.slice(0, end))).not.toContain(secret);
    const shown = growing.read(text);
    expect({ seed, shown: shown.startsWith(before) }).toEqual({ seed, shown: true });
    expect({ seed, shown: shown.endsWith(after) }).toEqual({ seed, shown: true });
    const instead = shown.slice(before.length, -after.length);
    expect({ seed, instead }).toEqual({
      seed,
      instead: expect.stringMatching(/^.{0,8}\*\*\*.{0,8}$/u),
    });
  }
});

test('a text that grows by one character never shows more of a secret than a common word', () => {
  for (const [how, written] of spellings(canary)) {
    const growing = createGrowingText(redactor);
    const text = `It is ${written} as I said.`;
    for (let end = 0; end <= written.length + 6; end += 1) {
      const own = growing.read(text.slice(0, end)).replace('It is ', '').replace('***', '');
      expect({ how, end, own }).toEqual({ how, end, own: expect.stringMatching(/^.{0,14}$/su) });
    }
    expect(growing.read(text)).toMatch(/^It is .{0,7}\*\*\*.{0,8} as I said\.$/);
  }
});

test('a text that was replaced is looked at anew', () => {
  const growing = createGrowingText(redactor);
  expect(growing.read('Let me see. ')).toBe('Let me see. ');
  expect(growing.read('another-secret-of')).toBe('');
  expect(growing.read('another-secret-of-mine it is.')).toBe('*** it is.');
});

test('a text that was cut in the middle of a secret ends before it', () => {
  expect(redactEnded(redactor, 'It is another-secret-of-m')).toBe('It is ***');
  expect(redactEnded(redactor, 'It is another')).toBe('It is another');
});

test('looking at a text again and again takes no longer than its length', () => {
  const text = 'The answer is 42 👩‍👩‍👧, and `sk-` no key. '.repeat(20_000);
  const timeOf = (work: () => void): number => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  };
  redactor.redact(text);
  const growing = createGrowingText(redactor);
  const once = timeOf(() => redactor.redact(text));
  const looks = timeOf(() => {
    for (let end = 0; end < text.length; end += 5_000) growing.read(text.slice(0, end));
  });
  // Looking at all of it each time would take a hundred times as long as once.
  expect(looks).toBeLessThan(30 * (once + 20));
  expect(growing.read(text)).toBe(text);
});
