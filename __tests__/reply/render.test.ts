import { describe, expect, test } from '@jest/globals';
import { ActionError } from '../../src/errors.ts';
import * as limits from '../../src/limits.ts';
import { renderFailure, renderReply } from '../../src/reply/render.ts';
import { renderMarker } from '../../src/marker.ts';
import type { EndedTurn } from '../../src/turn/turn.ts';
import { endsWith, parse } from './markdown.ts';
import { pick, seeded } from './random.ts';
import { endedTurn, runFacts } from './turn.ts';

const stalled = new ActionError('stalled', 'OpenCode sent nothing for 10 minutes.', {
  hint: "Raise `stall-minutes`, or look at the server's log.",
});

const audience = { serverUrl: 'https://github.com', people: [] };

function reply(changes: Partial<EndedTurn> = {}, notes: string[] = []) {
  return renderReply({ turn: endedTurn(changes), facts: runFacts, notes, audience });
}

function answered(answer: string) {
  return reply({ texts: [answer], answer });
}

/** Whether a comment ends with the folded run summary, readable and at the top level. */
function hasSummary(comment: string): boolean {
  const blocks = parse(comment).tokens.filter(
    ({ type, level }) => type === 'table_open' && level === 0,
  );
  const end = comment.slice(comment.lastIndexOf('<details>\n<summary>Run summary'));
  return blocks.length > 0 && endsWith(comment, ['</details>']) && end.includes('| Session |');
}

describe('the answer after a success', () => {
  test('is the last message, to the letter, with the run summary folded under it', () => {
    const [comment = '', ...others] = reply({ texts: ['first', 'last'], answer: 'last' }).comments;
    expect(others).toEqual([]);
    expect(comment).toBe(
      [
        'last\n\n<details>\n<summary>Run summary</summary>\n',
        '| Run | |',
        '|---|---|',
        '| Event | `issue_comment` |',
        '| Repository | `octo/hello` |',
        '| Run | [4711, attempt 2](https://github.example/octo/hello/actions/runs/4711/attempts/2) |',
        '| Session | `ses_1` |',
        '| Model | `acme/large\\|1` |',
        '| OpenCode | 1.18.33 |',
        '| Duration | 3 min 5 s |',
        '| Tokens | 12,345 in, 678 out |',
        '| Cost | $0.0123 |',
        '| Tools used | `edit` × 5, `bash` × 2 |',
        '\n</details>',
      ].join('\n'),
    );
  });

  test.each([
    ['right-to-left', 'שלום עולם، مرحبا بالعالم ‏(RTL)‏'],
    ['emoji', '👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️'],
    ['HTML', '<details open><summary>x</summary><b>y</b></details> &amp; <!-- c -->'],
    ['an open fence', '```js\nlet x;'],
    ['an open fence in a list', '1. a\n   ~~~\n   b'],
    ['open details', '<details>\n<summary>Log</summary>\n\nline'],
    ['an open HTML comment', 'text\n\n<!-- to do: finish'],
    ['a table', '| a | b |\n|---|---|\n| 1 | 2 |'],
    ['leading and trailing white space', '    code\n\ntext  \n\n'],
    [
      'an imitation of our marker',
      renderMarker({ runId: '1', attempt: 1, invocationId: 'x' }, 'answer'),
    ],
    ['runner commands', '::set-output name=x::y\n##[error]'],
  ])('goes out unchanged as %s, and leaves the summary whole', (_, text) => {
    const shown = text.startsWith('<!--') ? `a\n\n${text}` : text;
    const { comments, response, summary } = answered(shown);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.startsWith(shown)).toBe(true);
    expect(hasSummary(comments[0] ?? '')).toBe(true);
    expect(summary).toContain(shown);
    expect(response).toBe(shown);
  });

  test.each(['', ' \n\t', '<!-- only -->', '<!-- a -->\n<!-- never closed', '\u200b\u200f'])(
    'says what was done where the agent wrote nothing that shows (%j)',
    (answer) => {
      const { comments, response } = answered(answer);
      expect(comments[0]).toMatch(
        /^The agent ended its turn without writing anything\. It used these tools: `edit` × 5, `bash` × 2\./,
      );
      expect(response).toBe('');
    },
  );

  test('says so where no tool was used either', () => {
    const { comments } = reply({ texts: [], answer: '', tools: new Map() });
    expect(comments[0]).toMatch(
      /^The agent ended its turn without writing anything, and used no tools\./,
    );
  });

  test('is the last text there is where the last message has none', () => {
    expect(reply({ texts: ['one', 'two'], answer: ' ' }).response).toBe('two');
  });

  test('says that it was cut off by length, and shows the notes', () => {
    const [comment = ''] = reply({ isCutOff: true }, [
      'No checkout: <b>answers only</b>.',
      '',
    ]).comments;
    expect(comment).toContain(
      'The answer.\n\n> [!NOTE]\n> No checkout: &lt;b>answers only&lt;/b>.\n>\n> The answer ends where',
    );
    expect(hasSummary(comment)).toBe(true);
  });

  test('puts no unpaired surrogate on the wire', () => {
    expect(answered('a\ud83d b').comments[0]?.isWellFormed()).toBe(true);
  });
});

describe('a run that ended early', () => {
  test('shows one sentence of why and what to do, then all texts in order', () => {
    const { comments, response } = reply({
      error: stalled,
      texts: ['one', '', 'two'],
      answer: 'two',
    });
    expect(comments[0]).toMatch(
      /^> \[!WARNING\]\n> OpenCode sent nothing for 10 minutes\. Raise `stall-minutes`, .*\n\none\n\ntwo\n\n<details>/,
    );
    expect(response).toBe('one\n\ntwo');
  });

  test('keeps a fence that one text left open out of the next text', () => {
    const { comments, response } = reply({ error: stalled, texts: ['```\ncode', 'prose'] });
    expect(parse(comments[0] ?? '').code).toBe('code\n');
    expect(response).toBe('```\ncode\n\nprose');
  });

  test('says that nothing was written', () => {
    const [comment = ''] = reply({ error: stalled, texts: [] }).comments;
    expect(comment).toContain('The agent had written nothing by then.');
  });

  test("keeps a provider's own words on one line and free of tags", () => {
    const error = new ActionError('provider-error', `No.\n\n<details>\n${'x'.repeat(100_000)}`);
    const { comments } = reply({ error, texts: ['one'] });
    expect(comments[0]).toMatch(/^> \[!WARNING\]\n> No\. &lt;details> x+…\n\none/);
    expect(comments).toHaveLength(1);
  });
});

describe('a long answer', () => {
  const words = ['שלום', 'مرحبا', '👩‍👩‍👧‍👦', '🇩🇪', 'word', '`code`', '**bold**', '\n\n', '\n', '- item'];
  const random = seeded(7);
  let mixed = '';
  while (mixed.length < 200_000) mixed += `${pick(random, words)} `;

  /** What the comments show of the answer, without what we have put around it. */
  function shown(comments: string[]): string {
    const bodies = comments.map((comment) =>
      comment
        .replace(/^\*Continued \(\d\/\d\)\*\n\n/, '')
        .replace(/\n\n\*Continued in the next comment \(\d\/\d\)\*$/, '')
        .replace(/\n\n<details>\n<summary>Run summary<\/summary>[^]*$/, ''),
    );
    return bodies.join('');
  }

  test.each([
    ['right-to-left and emoji text', mixed],
    ['one line without spaces', '👍🏽'.repeat(50_000)],
    ['one right-to-left line without spaces', 'ש'.repeat(200_000)],
  ])('of 200,000 characters of %s is whole, and each comment fits', (_, text) => {
    const { comments, summary, response } = answered(text);
    expect(comments).toHaveLength(4);
    expect(shown(comments)).toBe(text);
    expect(response).toBe(text);
    expect(summary).toContain(text);
    for (const comment of comments) {
      expect(comment.length).toBeLessThanOrEqual(limits.commentChars - limits.markerChars);
      expect(Buffer.byteLength(comment)).toBeLessThan(4 * limits.commentChars);
    }
    expect(comments.map((comment) => comment.includes('Run summary'))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(comments[1]).toMatch(
      /^\*Continued \(2\/4\)\*\n\n[^]*\n\n\*Continued in the next comment \(2\/4\)\*$/,
    );
  });

  test('goes on in the step summary past five comments, and the last links to it', () => {
    const text = `${'line of words\n'.repeat(40_000)}the end`;
    const { comments, summary } = answered(text);
    expect(comments).toHaveLength(limits.commentsPerAnswer);
    expect(text.startsWith(comments[0]?.slice(0, 60_000) ?? '')).toBe(true);
    expect(comments[4]).toContain(
      `This answer is longer than its comments. The whole of it stands in [the run's summary](${runFacts.runUrl}).`,
    );
    expect(hasSummary(comments[4] ?? '')).toBe(true);
    expect(summary).toContain(text);
    expect(
      comments.every((comment) => comment.length <= limits.commentChars - limits.markerChars),
    ).toBe(true);
  });

  test('is cut in the step summary where that is full, with a sentence that is not swallowed', () => {
    const { summary, response } = answered(`\`\`\`\n${'👍🏽'.repeat(200_000)}`);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(limits.summaryBytes);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(limits.summaryBytes - 5_000);
    expect(summary.isWellFormed()).toBe(true);
    expect(parse(summary).prose).toContain('The answer goes on: it is cut here at 900 KiB');
    expect(response).toHaveLength(800_004);
  });

  test('leaves room for any marker, and for the notice that a part is missing', () => {
    const identity = {
      runId: '9'.repeat(100),
      attempt: 999_999_999,
      invocationId: 'f'.repeat(100),
    };
    expect(renderMarker(identity, 'x'.repeat(32)).length + 2).toBeLessThan(limits.markerChars);
    const { comments, restNotice } = answered('x'.repeat(200_000));
    for (const comment of comments) {
      expect((comment + restNotice).length).toBeLessThanOrEqual(
        limits.commentChars - limits.markerChars,
      );
    }
  });
});

describe('a run that could not start', () => {
  test('leaves one comment with the sentence, the hint and what is known of the run', () => {
    const error = new ActionError('unknown-model', 'The server has no model `acme/x`.', {
      hint: 'Set `model` to one of `acme/y`.',
    });
    const facts = { ...runFacts, sessionId: undefined, model: undefined, version: undefined };
    const { comments, summary, response } = renderFailure(error, facts);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toMatch(
      /^> \[!WARNING\]\n> The server has no model `acme\/x`\. Set `model` to one of `acme\/y`\.\n\n<details>/,
    );
    expect(comments[0]).not.toContain('Session');
    expect(summary).toContain('The server has no model');
    expect(response).toBe('');
  });
});
