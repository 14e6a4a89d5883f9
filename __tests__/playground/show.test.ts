import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { showMarkdown, showThread } from '../../playground/show.ts';

const plain = (text: string): string => stripVTControlCharacters(text);

describe('the printed thread', () => {
  test('opens what is folded away, and shows its table in columns', () => {
    const thread = [
      'bot commented',
      '  An answer.',
      '',
      '  <details>',
      '  <summary>Run summary</summary>',
      '',
      '  | Run | |',
      '  |---|---|',
      '  | Event | `issue_comment` |',
      '  | Run | [1, attempt 1](http://localhost/runs/1) |',
      '  | Odd | `a\\|b` |',
      '',
      '  </details>',
    ];
    expect(plain(showThread(thread.join('\n'))).split('\n')).toEqual([
      'bot commented',
      '  An answer.',
      '',
      '  ▾ Run summary',
      '    Event  issue_comment',
      '    Run    1, attempt 1',
      '    Odd    a|b',
    ]);
  });

  test('shows an alert by its name', () => {
    expect(plain(showMarkdown('> [!WARNING]\n> It stalled.'))).toBe('> Warning\n> It stalled.');
  });

  test('leaves an answer as it was written', () => {
    const answer = '  a | b\n\n  ```\n  x || y\n  ```\n  [a link](b)';
    expect(plain(showThread(answer))).toBe(answer);
  });
});
