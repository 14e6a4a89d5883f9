import { describe, expect, test } from '@jest/globals';

import { createRedactor } from '../../src/redact/redactor.ts';

const { redact } = createRedactor([]);
const long = 'aB3'.repeat(30);
const jwt = `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0In0'}.SflKxwRJSMeKKF2QT4`;
const lines = `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}\n`.repeat(3);

/** Put together here, so that nobody takes this file for a leak. */
const tokens: [string, string][] = [
  ['GitHub, a person', `ghp_${long.slice(0, 36)}`],
  ['GitHub, an installation', `ghs_${long.slice(0, 36)}`],
  ['GitHub, an installation with a JWT', `ghs_123456_${jwt}`],
  ['GitHub, fine-grained', `github_pat_${long.slice(0, 22)}_${long.slice(0, 59)}`],
  ['GitLab', `glpat-${long.slice(0, 20)}`],
  ['npm', `npm_${long.slice(0, 36)}`],
  ['AWS', `AKIA${'ABCDEFGH12345678'}`],
  ['Google', `AIza${long.slice(0, 35)}`],
  ['Slack', `xoxb-123456789012-${long.slice(0, 20)}`],
  ['Anthropic', `sk-ant-api03-${long.slice(0, 40)}-AA`],
  ['OpenAI', `sk-proj-${long.slice(0, 40)}`],
  ['OpenRouter', `sk-or-v1-${long.slice(0, 40)}`],
  ['an older key', `sk-${long.slice(0, 48)}`],
  ['Hugging Face', `hf_${long.slice(0, 34)}`],
  ['a JWT', jwt],
];

describe('a token is known by its shape:', () => {
  test.each(tokens)('%s', (_of, token) => {
    expect(redact(`It is ${token}.`)).toBe('It is ***.');
    expect(redact(`(${token.split('').join('\u200b')})`)).toBe('(***)');
  });

  test.each(['', 'RSA ', 'OPENSSH ', 'ENCRYPTED '])('a %sprivate key', (kind) => {
    const [first, last] = [
      `-----BEGIN ${kind}PRIVATE KEY-----`,
      `-----END ${kind}PRIVATE KEY-----`,
    ];
    expect(redact(`a\n${first}\n${lines}${last}\nb`)).toBe('a\n***\nb');
    expect(redact(`a\n> ${first}\n> ${lines.replaceAll('\n', '\n> ')}${last}\nb`)).toBe(
      'a\n> ***\nb',
    );
    expect(redact(`a\n${first}\n${lines}`)).toBe('a\n***\n');
  });
});

test('what only looks a little like a token is left', () => {
  const text = [
    'task-force-of-the-united-nations sk-learn ghp_short sk-estimator-doc-link-label',
    'a file begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY',
    'eyJhbGciOiJIUzI1NiJ9 alone; eyJ.eyJ.; AKIA; AKIAABCDEFGH12345678x; npm_config_registry',
    'postgres://user:password@localhost/db Authorization: Bearer <token>',
  ].join('\n');
  expect(redact(text)).toBe(text.replace('-----BEGIN PRIVATE KEY-----', '***'));
});

describe('purpose-made text takes time linear in it:', () => {
  const [most, secret] = [600_000, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'];
  const redactor = createRedactor([
    secret,
    ...Array.from({ length: 20 }, (_, at) => `${at}${long}`),
  ]);

  const pieces = ['a', 'eyJ', 'eyJ-', 'eyJ_', 'eyJaaaaaaaaa.', 'sk-ant-', 'sk-', 'ghs_a.', 'xoxb-'];
  const keys = ['-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\n> ', '---BEGIN A '];

  test.each([...pieces, ...keys, '-', ' \n> ', '\u200b'])('%j', (piece) => {
    const took = (chars: number): number => {
      const text = piece.repeat(Math.ceil(chars / piece.length));
      const startedAt = performance.now();
      redactor.redact(text);
      return performance.now() - startedAt;
    };
    took(most / 10);
    // Quadratic it would be a hundred times as much, and minutes.
    expect(took(most)).toBeLessThan(40 * (took(most / 10) + 20));
  });
});
