import { describe, expect, test } from '@jest/globals';

import { findHidden, renderMarker, stripMarker } from '../../src/marker.ts';
import { chooseMemory } from '../../src/session/choose.ts';
import { type Memory, readMemory, renderMemory } from '../../src/session/memory.ts';
import { refuseNotes, renderNotes } from '../../src/session/notes.ts';

const memory: Memory = {
  sessionId: 'ses_1a2B',
  server: 'local',
  version: '1.18.33',
  level: 'write',
  run: { id: '9000000001', url: 'https://github.com/octo-org/hello-world/actions/runs/9000000001' },
  at: '2026-01-02T00:00:00.000Z',
};
const marker = renderMarker({ runId: '1', attempt: 1, invocationId: 'x' }, 'answer');

describe('a memory', () => {
  test('is read as it was written, behind an answer and before its marker', () => {
    const body = `Done.\n\n${renderMemory(memory)}\n${marker}`;
    expect(readMemory(findHidden(body))).toEqual(memory);
    expect(stripMarker(body)).toBe('Done.');
  });

  test.each([
    ['anywhere else in the comment', `${renderMemory(memory)}\n\nDone.\n\n${marker}`],
    ['without a marker behind it', `Done.\n\n${renderMemory(memory)}`],
    ['in the middle of a line', `Done. ${renderMemory(memory)}\n${marker}`],
    ['before another one', `${renderMemory(memory)}\n<!-- mention-loop-other eA -->\n${marker}`],
  ])('does not count %s', (_, body) => {
    expect(readMemory(findHidden(body))).toBeUndefined();
  });

  test.each([
    ['another version', { v: 2 }],
    ['a session that is none', { sessionId: '../session' }],
    ['a server by its address', { server: 'https://opencode.example.com' }],
    ['a run that is none', { run: { id: 'x)', url: '' } }],
    ['a time that is none', { at: 'now' }],
  ])('of %s is none', (_, wrong) => {
    const json = JSON.stringify({ v: 1, ...memory, ...wrong });
    const line = `<!-- mention-loop-session ${Buffer.from(json).toString('base64url')} -->`;
    expect(readMemory(line)).toBeUndefined();
  });

  test.each(['', '<!-- mention-loop-session !!! -->', '<!-- mention-loop-session eyJ -->'])(
    'that is %j is none',
    (line) => {
      expect(readMemory(line)).toBeUndefined();
    },
  );

  test('that has no room in a comment is left out', () => {
    expect(renderMemory({ ...memory, run: { id: '1', url: 'x'.repeat(299) } })).not.toBe('');
    expect(renderMemory({ ...memory, run: { id: '1', url: 'x'.repeat(301) } })).toBe('');
  });
});

describe('of the memories on a thread', () => {
  const wanted = {
    server: 'local',
    level: 'write',
    nowMs: Date.parse('2026-01-20T00:00:00Z'),
    retentionMs: 30 * 86_400_000,
  };
  const other = { ...memory, sessionId: 'ses_2' };

  test.each<[string, Memory[], string | undefined]>([
    ['the newest', [memory, other], 'ses_2'],
    ['the newest of the same level', [memory, { ...other, level: 'guest' }], 'ses_1a2B'],
    ['the newest on the same server', [memory, { ...other, server: 'a'.repeat(64) }], 'ses_1a2B'],
    ['none of another level', [{ ...other, level: 'write-fork-7' }], undefined],
    ['none on another server', [{ ...other, server: 'a'.repeat(64) }], undefined],
    ['none that is too old', [{ ...other, at: '2025-12-20T00:00:00.000Z' }], undefined],
    ['none where there is none', [], undefined],
  ])('%s is gone on with', (_, memories, id) => {
    const chosen = chooseMemory(memories, wanted);
    expect('memory' in chosen ? chosen.memory.sessionId : undefined).toBe(id);
  });

  test('none is taken without saying why, unless there was none', () => {
    expect(chooseMemory([], wanted)).toEqual({ why: '' });
    const guest = { ...memory, level: 'guest' };
    expect(chooseMemory([guest], wanted)).toEqual({
      why: 'the former runs on this thread are trusted otherwise',
    });
  });
});

describe('a session', () => {
  const about = { thread: 'https://github.com/o/r#1', level: 'write' };
  const told = { until: '2026-01-02T00:00:00Z', opening: 'x' };

  test.each<[string, unknown, string | undefined]>([
    ['that is ours', renderNotes({ ...about, told }), undefined],
    ['without notes', undefined, 'it does not say whose it is'],
    [
      'of a later version',
      { ...renderNotes({ ...about, told }), v: 2 },
      'it does not say whose it is',
    ],
    [
      'of another thread',
      renderNotes({ ...about, thread: 'https://github.com/o/r#2', told }),
      'it belongs to another thread',
    ],
    [
      'of another level',
      renderNotes({ ...about, level: 'guest', told }),
      'it belongs to runs that are trusted otherwise',
    ],
    ['that never had a prompt', renderNotes(about), 'it was never told anything'],
  ])('%s is judged by what it says of itself', (_, notes, why) => {
    expect(refuseNotes(notes, about)).toBe(why);
  });
});
