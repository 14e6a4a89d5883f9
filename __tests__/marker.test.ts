import { describe, expect, test } from '@jest/globals';
import { findMarker, renderMarker, type RunIdentity } from '../src/marker.ts';

const identity: RunIdentity = {
  runId: '17000000001',
  attempt: 2,
  invocationId: '0b6f1f9e-0a4c-4a0e-8f43-5a2f7d1f3c11',
};

describe('a marker', () => {
  test('is read back as it was written', () => {
    const body = `The answer.\n\n${renderMarker(identity, 'answer-2')}`;
    expect(findMarker(body)).toEqual({ ...identity, purpose: 'answer-2' });
  });

  test.each([
    'a--b',
    '---->',
    '--> <script>',
    ' purpose=answer',
    'line\nbreak',
    '%2D',
    '-',
    'é🎉',
    '',
  ])('holds no way out of its HTML comment: %j', (field) => {
    const odd = { runId: field, attempt: 1, invocationId: field };
    const text = renderMarker(odd, field);
    expect(text.slice('<!--'.length, -'-->'.length)).not.toMatch(/--|>|\n/);
    expect(findMarker(text)).toEqual({ ...odd, purpose: field });
  });

  test('still counts after GitHub has changed line ends and blank space', () => {
    const body = `Answer.\r\n\r\n${renderMarker(identity, 'answer')}\r\n  `;
    expect(findMarker(body)?.purpose).toBe('answer');
  });

  const marker = renderMarker(identity, 'answer');
  test.each([
    ['none', 'just text'],
    ['an empty body', ''],
    ['not on the last line', `${marker}\n\nmore`],
    ['quoted', `> ${marker}`],
    ['on a line with other text', `text ${marker}`],
    ['with a field missing', marker.replace(/ purpose=\S+/, '')],
    ['with a field more', marker.replace(' -->', ' extra=1 -->')],
    ['with fields in another order', marker.replace(/(run=\S+) (attempt=\S+)/, '$2 $1')],
    ['encoded in another way', marker.replace('answer', '%61nswer')],
    ['encoded badly', marker.replace('answer', '%ZZ')],
    ['with an attempt that is no number', marker.replace('attempt=2', 'attempt=two')],
    ['with an attempt written with zeros', marker.replace('attempt=2', 'attempt=02')],
    ['of another name', marker.replace('mention-loop', 'mention-looper')],
  ])('does not count: %s', (_, body) => {
    expect(findMarker(body)).toBeUndefined();
  });

  test('of a later one counts over an earlier one in the text', () => {
    const copied = renderMarker({ ...identity, runId: '1' }, 'answer');
    expect(findMarker(`${copied}\n\n${marker}`)?.runId).toBe(identity.runId);
  });
});
