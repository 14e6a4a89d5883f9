/** What is only read in a comment closes issues, names authors and skips checks in a commit's message. */
import { execFileSync } from 'node:child_process';

import { describe, expect, test } from '@jest/globals';

import { describePull } from '../../src/changes/description.ts';
import { commitMessage, subjectOf } from '../../src/changes/message.ts';

const runUrl = 'https://github.com/o/r/actions/runs/170/attempts/1';

/** What an issue's text may have an agent answer, word for word. */
const answer = `Fixes #1, closes o/other#2 [skip ci]

Resolves https://github.com/o/r/issues/3

Co-authored-by: Mallory <1+mallory@users.noreply.github.com>
Signed-off-by: Mallory <mallory@example.com>


skip-checks: true`;

/** What GitHub does when a commit with this message comes to the default branch. */
function effectsOf(message: string) {
  const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(\S*#\d+|GH-\d+|https?:\S+)/gi;
  const trailers = execFileSync('git', ['interpret-trailers', '--parse'], { input: message });
  return {
    closes: [...message.matchAll(closing)].map(([, what]) => what?.replace(/,$/, '')),
    isSkipped: /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/i.test(message),
    isUnchecked: /^skip-checks:\s*true\s*$/im.test(message),
    trailers: trailers.toString().match(/^[\w-]+(?=:)/gm) ?? [],
    authors: message.match(/^co-authored-by:.*$/gim) ?? [],
  };
}

describe('an answer that is more than read where it becomes a commit', () => {
  test('would close issues, name authors and skip checks', () => {
    expect(effectsOf(answer)).toEqual({
      closes: ['#1', 'o/other#2', 'https://github.com/o/r/issues/3'],
      isSkipped: true,
      isUnchecked: true,
      trailers: ['skip-checks'],
      authors: ['Co-authored-by: Mallory <1+mallory@users.noreply.github.com>'],
    });
  });

  test('does none of it in the commit', () => {
    const facts = { fallback: 'x', runUrl, serverUrl: 'https://github.com' };
    const message = commitMessage(answer, { ...facts, requester: { login: 'octocat', id: 1 } });
    expect(effectsOf(message)).toEqual({
      closes: [],
      isSkipped: false,
      isUnchecked: false,
      trailers: ['Run', 'Co-authored-by'],
      authors: ['Co-authored-by: octocat <1+octocat@users.noreply.github.com>'],
    });
  });

  test('nor where the pull request is squashed: its title and description are the message then', () => {
    const thread = { kind: 'issue', number: 7 } as const;
    const harmless = (text: string): string => text;
    const body = describePull({ thread, answer, runId: '170', runUrl, harmless });
    expect(effectsOf(`${subjectOf(answer, 'x')} (#8)\n\n${body}\n`)).toEqual({
      closes: ['#7'],
      isSkipped: false,
      isUnchecked: false,
      trailers: [],
      authors: [],
    });
  });
});
