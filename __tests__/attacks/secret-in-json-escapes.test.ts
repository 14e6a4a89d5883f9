/** An agent answers in JSON, and spells a secret in escapes: a text that is read shows it anew. */
import { expect, test } from '@jest/globals';

import { redactReview } from '../../src/outgoing.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { readReviewText } from '../../src/review/read.ts';
import type { Review } from '../../src/review/review.ts';

const secret = 'hush-6f1c2d3e4b5a';
const escaped = secret.replaceAll(
  /./g,
  (each) => String.raw`\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
);
const redactor = createRedactor([secret]);
const place = { path: `src/${escaped}`, side: 'RIGHT', line: 1, startLine: null };
const finding = { severity: 'blocking', title: escaped, body: escaped, place, suggestion: escaped };
const written = JSON.stringify({
  verdict: 'REJECT',
  verified: escaped,
  findings: [finding],
  risk: { level: 'LOW', reason: escaped },
  former: [],
}).replaceAll(String.raw`\\u`, String.raw`\u`);

function read(): Review {
  const { review } = readReviewText(redactor.redact(written));
  if (review === undefined) throw new Error('It is no review.');
  return review;
}

test('no secret comes out of what is read', () => {
  const said = JSON.stringify(redactReview(redactor, read()));
  expect(said).not.toContain(secret);
  expect(said.match(/\*\*\*/g)).toHaveLength(6);
});

test('a text without secrets is not enough', () => {
  expect(JSON.stringify(read())).toContain(secret);
});
