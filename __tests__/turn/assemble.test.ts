import { describe, expect, test } from '@jest/globals';

import type { RecordedMessage, ServerEvent } from '../../src/opencode/events.ts';
import { apply, createTranscript, reconcile, toTurn } from '../../src/turn/assemble.ts';
import type { Turn } from '../../src/turn/turn.ts';
import { busy, delta, done, info, message, part, recorded, root, text, tool } from './events.ts';

function turnOf(events: readonly ServerEvent[], ...records: RecordedMessage[][]): Turn {
  const transcript = createTranscript(root);
  for (const event of events) apply(transcript, event);
  for (const record of records) reconcile(transcript, record);
  return toTurn(transcript);
}

const retry: ServerEvent = {
  type: 'retry',
  sessionId: root,
  attempt: 1,
  message: 'Overloaded',
  nextAt: 99,
};
const child: ServerEvent = { type: 'session-created', sessionId: 'ses_child', parentId: root };

describe('texts', () => {
  const opening = part(text('msg_1', 'prt_1', ''));

  test.each<[string, ServerEvent[], string[]]>([
    [
      'are made of deltas',
      [message('msg_1'), opening, delta('msg_1', 'prt_1', 'one '), delta('msg_1', 'prt_1', 'two')],
      ['one two'],
    ],
    [
      'are what a whole part says, not what deltas made',
      [
        message('msg_1'),
        opening,
        delta('msg_1', 'prt_1', 'on '),
        part(text('msg_1', 'prt_1', 'one')),
      ],
      ['one'],
    ],
    [
      'go on after a whole part',
      [message('msg_1'), part(text('msg_1', 'prt_1', 'one')), delta('msg_1', 'prt_1', ' two')],
      ['one two'],
    ],
    [
      'keep deltas that overtake their part',
      [message('msg_1'), delta('msg_1', 'prt_1', 'one '), opening, delta('msg_1', 'prt_1', 'two')],
      ['one two'],
    ],
    [
      'keep deltas and parts that overtake their message',
      [opening, delta('msg_1', 'prt_1', 'one'), message('msg_1')],
      ['one'],
    ],
    [
      'wait for a part to say that it is text',
      [message('msg_1'), delta('msg_1', 'prt_1', 'x')],
      [],
    ],
    ['wait for a message to say whose it is', [opening, delta('msg_1', 'prt_1', 'one')], []],
    [
      'never show what proves to be reasoning',
      [
        message('msg_1'),
        delta('msg_1', 'prt_1', 'hm '),
        part({ kind: 'reasoning', id: 'prt_1', messageId: 'msg_1', sessionId: root, text: '' }),
        delta('msg_1', 'prt_1', 'hm'),
      ],
      [],
    ],
    [
      'leave out what a person wrote',
      [message('msg_1', { role: 'user' }), part(text('msg_1', 'prt_1', 'do it'))],
      [],
    ],
    [
      'leave out what OpenCode put in',
      [message('msg_1'), part(text('msg_1', 'prt_1', 'note', { isSynthetic: true }))],
      [],
    ],
    [
      'leave out the summary that a compaction wrote for the model',
      [message('msg_1', { isSummary: true }), part(text('msg_1', 'prt_1', 'so far'))],
      [],
    ],
    [
      'leave out what a child wrote',
      [
        child,
        message('msg_1', { sessionId: 'ses_child' }),
        part(text('msg_1', 'prt_1', 'child', { sessionId: 'ses_child' })),
      ],
      [],
    ],
    [
      "leave out other people's sessions",
      [
        message('msg_1', { sessionId: 'ses_other' }),
        part(text('msg_1', 'prt_1', 'other', { sessionId: 'ses_other' })),
      ],
      [],
    ],
    ['leave out blank ones', [message('msg_1'), part(text('msg_1', 'prt_1', ' \n'))], []],
    [
      'lose a part that was emptied',
      [message('msg_1'), opening, delta('msg_1', 'prt_1', 'one'), opening],
      [],
    ],
    [
      'lose a part that was removed',
      [
        message('msg_1'),
        part(text('msg_1', 'prt_1', 'one')),
        { type: 'part-removed', sessionId: root, messageId: 'msg_1', partId: 'prt_1' },
      ],
      [],
    ],
    [
      'lose a message that was removed',
      [
        message('msg_1'),
        part(text('msg_1', 'prt_1', 'one')),
        { type: 'message-removed', sessionId: root, messageId: 'msg_1' },
      ],
      [],
    ],
    [
      'stand in the order in which messages and parts were made, however they arrive',
      [
        part(text('msg_2', 'prt_3', 'three')),
        message('msg_2'),
        message('msg_1'),
        part(text('msg_1', 'prt_2', 'two')),
        part(text('msg_1', 'prt_1', 'one')),
      ],
      ['one', 'two', 'three'],
    ],
  ])('%s', (_name, events, texts) => {
    expect(turnOf(events).texts).toEqual(texts);
  });

  test('hold what was cut off by a retry until the new attempt has words', () => {
    const cut = [message('msg_1'), opening, delta('msg_1', 'prt_1', 'The ans'), retry, busy];
    expect(turnOf(cut).texts).toEqual(['The ans']);
    const again = [...cut, part(text('msg_1', 'prt_2', '')), delta('msg_1', 'prt_2', 'The answer')];
    expect(turnOf(again).texts).toEqual(['The answer']);
  });

  test('keep what a retry seemed to have cut where it proves to be whole', () => {
    const whole = part(text('msg_1', 'prt_1', 'one'));
    const events = [message('msg_1'), opening, delta('msg_1', 'prt_1', 'on'), retry, whole];
    expect(turnOf([...events, part(text('msg_1', 'prt_2', 'two'))]).texts).toEqual(['one', 'two']);
  });

  test('keep after a retry what was whole before it', () => {
    const events = [message('msg_1'), part(text('msg_1', 'prt_1', 'one')), retry];
    expect(turnOf([...events, part(text('msg_1', 'prt_2', 'two'))]).texts).toEqual(['one', 'two']);
  });
});

describe('the record', () => {
  const heard = [
    message('msg_1'),
    part(text('msg_1', 'prt_1', '')),
    delta('msg_1', 'prt_1', 'one two'),
  ];

  test('rules over a message that it calls done', () => {
    const record = [recorded(done('msg_1'), text('msg_1', 'prt_1', 'one two three'))];
    expect(turnOf(heard, record).texts).toEqual(['one two three']);
  });

  test('brings what was missed', () => {
    expect(turnOf([], [recorded(done('msg_1'), text('msg_1', 'prt_1', 'one'))]).texts).toEqual([
      'one',
    ]);
  });

  test('does not wipe what it does not hold yet', () => {
    expect(turnOf(heard, [recorded(info('msg_1'), text('msg_1', 'prt_1', ''))]).texts).toEqual([
      'one two',
    ]);
    expect(turnOf(heard, [recorded(info('msg_1'))]).texts).toEqual(['one two']);
    expect(turnOf(heard, []).texts).toEqual(['one two']);
  });

  test('that is behind a message does not undo it', () => {
    const events = [
      ...heard,
      part(text('msg_1', 'prt_1', 'whole')),
      { type: 'message', message: done('msg_1') } as const,
    ];
    const turn = turnOf(events, [recorded(info('msg_1'), text('msg_1', 'prt_1', 'old'))]);
    expect(turn.texts).toEqual(['whole']);
  });

  test('takes parts and messages back that it has no more', () => {
    const events = [...heard, message('msg_2'), part(text('msg_2', 'prt_2', 'gone'))];
    const record = [
      recorded(done('msg_1'), text('msg_1', 'prt_9', 'other')),
      recorded(done('msg_3'), text('msg_3', 'prt_3', 'last')),
    ];
    expect(turnOf(events, record).texts).toEqual(['other', 'last']);
  });

  test('shows a cut attempt once, whether or not the retry was heard of', () => {
    const parts = [text('msg_1', 'prt_1', ''), text('msg_1', 'prt_2', 'one two three')];
    expect(turnOf(heard, [recorded(info('msg_1'), ...parts)]).texts).toEqual(['one two three']);
    expect(turnOf(heard, [recorded(done('msg_1'), ...parts)]).texts).toEqual(['one two three']);
  });

  test('leaves the half sentence of a message that failed, which it does not hold', () => {
    const error = { name: 'APIError', message: 'no', status: 500, isRetryable: false };
    const record = [recorded(done('msg_1', { error }), text('msg_1', 'prt_1', ''))];
    expect(turnOf(heard, record).texts).toEqual(['one two']);
  });

  test('leaves what stood there when the run gave up on a provider that had failed in it', () => {
    const stopped = done('msg_1', { finish: undefined });
    const record = [recorded(stopped, text('msg_1', 'prt_1', ''))];
    expect(turnOf([...heard, retry], record).texts).toEqual(['one two']);
  });

  test('taken in twice changes nothing', () => {
    const record = [
      recorded(done('msg_1'), text('msg_1', 'prt_1', 'one'), tool('msg_1', 'prt_2', 'completed')),
    ];
    expect(turnOf(heard, record, record)).toEqual(turnOf(heard, record));
  });
});

describe('a turn', () => {
  test("answers with its last message that has text, all of that message's parts", () => {
    const turn = turnOf([
      message('msg_1'),
      part(text('msg_1', 'prt_1', 'Let me look.')),
      message('msg_2'),
      part(text('msg_2', 'prt_2', 'Done.')),
      part(text('msg_2', 'prt_3', 'All of it.')),
      message('msg_3'),
      part(tool('msg_3', 'prt_4', 'completed')),
    ]);
    expect(turn.answer).toBe('Done.\n\nAll of it.');
  });

  test('counts every tool part once, and the tools of children', () => {
    const turn = turnOf([
      child,
      part(tool('msg_1', 'prt_1', 'pending')),
      part(tool('msg_1', 'prt_1', 'running')),
      part(tool('msg_1', 'prt_1', 'completed')),
      part(tool('msg_1', 'prt_2', 'completed', { tool: 'edit' })),
      part(tool('msg_9', 'prt_3', 'completed', { sessionId: 'ses_child' })),
      part(tool('msg_8', 'prt_4', 'completed', { sessionId: 'ses_other' })),
    ]);
    expect([...turn.tools]).toEqual([
      ['bash', 2],
      ['edit', 1],
    ]);
  });

  test('says what is at work now, or was last', () => {
    const first = part(tool('msg_1', 'prt_1', 'running', { title: 'List the files' }));
    const second = part(tool('msg_1', 'prt_2', 'pending', { tool: 'read' }));
    expect(turnOf([first, second]).activity).toBe('bash: List the files, read');
    expect(turnOf([first, part(tool('msg_1', 'prt_1', 'completed'))]).activity).toBe('bash');
    expect(turnOf([]).activity).toBe('');
  });

  test("sums up the usage of its messages, children's and summaries too", () => {
    const turn = turnOf([
      child,
      message('msg_1'),
      message('msg_2', { isSummary: true }),
      message('msg_3', { sessionId: 'ses_child' }),
      message('msg_4', { sessionId: 'ses_other' }),
    ]);
    expect(turn.usage).toEqual({ inputTokens: 3, outputTokens: 6, costUsd: 1.5 });
  });

  test('is cut off where its last message ran out of length', () => {
    expect(turnOf([message('msg_1', { finish: 'length' })]).isCutOff).toBe(true);
    expect(turnOf([message('msg_1', { finish: 'length' }), message('msg_2')]).isCutOff).toBe(false);
  });

  test('tells of a retry until there is work again', () => {
    expect(turnOf([retry, busy]).retry).toEqual({ attempt: 1, message: 'Overloaded', nextAt: 99 });
    expect(turnOf([retry, delta('msg_1', 'prt_1', 'x')]).retry).toBeUndefined();
    expect(turnOf([retry, part(tool('msg_1', 'prt_1', 'pending'))]).retry).toBeUndefined();
  });

  test('holds the to-do list of its own session', () => {
    const todos = [{ content: 'Read', status: 'completed' }];
    const turn = turnOf([
      { type: 'todos', sessionId: root, todos },
      { type: 'todos', sessionId: 'ses_child', todos: [] },
    ]);
    expect(turn.todos).toEqual(todos);
  });

  test('of a great many deltas is put together from all of them', () => {
    const pieces = Array.from({ length: 20_000 }, (_, index) => `${index} `);
    const events = pieces.map((piece) => delta('msg_1', 'prt_1', piece));
    const turn = turnOf([message('msg_1'), part(text('msg_1', 'prt_1', '')), ...events]);
    expect(turn.texts).toEqual([pieces.join('')]);
  });
});

describe('in a session that goes on', () => {
  const former: ServerEvent[] = [
    message('msg_1'),
    part(text('msg_1', 'prt_1', 'Said before.')),
    part(tool('msg_1', 'prt_2', 'completed')),
    delta('msg_2', 'prt_3', 'Also before.'),
  ];
  const own = [message('msg_3'), part(text('msg_3', 'prt_4', 'Said now.'))];

  function goneOn(after?: string): Turn {
    const transcript = createTranscript(root, after);
    for (const event of [...former, message('msg_2'), ...own]) apply(transcript, event);
    return toTurn(transcript);
  }

  test('what its server tells of former turns is no part of this one', () => {
    const turn = goneOn('msg_2');
    expect(turn.texts).toEqual(['Said now.']);
    expect(turn.tools.size).toBe(0);
    expect(turn.usage).toEqual({ inputTokens: 1, outputTokens: 2, costUsd: 0.5 });
  });

  test('whereas it would be, were it not known where they end', () => {
    const turn = goneOn();
    expect(turn.texts).toContain('Said before.');
    expect(turn.tools.size).toBe(1);
  });
});

test('what ended before OpenCode asked whether that was all is a part of the answer', () => {
  const record = [
    recorded(done('msg_1', { finish: 'tool-calls' }), text('msg_1', 'prt_1', 'I look.')),
    recorded(done('msg_2'), text('msg_2', 'prt_2', 'The answer.')),
    recorded(done('msg_3', { isSummary: true }), text('msg_3', 'prt_3', 'A summary.')),
    recorded(done('msg_4'), text('msg_4', 'prt_4', 'That was all.')),
  ];
  expect(turnOf([], record).answer).toBe('The answer.\n\nThat was all.');
});
