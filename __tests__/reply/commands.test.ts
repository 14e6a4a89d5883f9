import { describe, expect, test } from '@jest/globals';

import { renderHelp, renderStatus, renderUnstopped } from '../../src/reply/commands.ts';
import { readEffects } from '../../src/reply/page.ts';
import { renderProgress } from '../../src/reply/progress.ts';
import type { RunAtWork } from '../../src/thread/at-work.ts';

const pages = { serverUrl: 'https://github.com', repository: 'octo/hello' };
const since = '2026-01-01T09:05:07Z';
const asked = 'https://github.com/octo/hello/issues/1#issuecomment-1';
const ended = { url: asked, endedAt: since };
const page = 'https://github.com/octo/hello/actions/runs/7/attempts/2';

function runSaying(body: string, runId = '7'): RunAtWork {
  const identity = { runId, attempt: 2, invocationId: 'x' };
  return {
    since,
    asked,
    progress: { identity, url: 'https://github.com/p', createdAt: since, body },
  };
}

describe('a status', () => {
  test.each([
    [[], undefined, 'Nothing is at work here, and no run has answered here yet.'],
    [
      [],
      { ...ended, isEarly: false },
      `Nothing is at work here. The last run answered at 2026-01-01 09:05 UTC: [its answer](${asked}).`,
    ],
    [
      [],
      { ...ended, isEarly: true },
      `Nothing is at work here. The last run ended early at 2026-01-01 09:05 UTC: [its answer](${asked}).`,
    ],
    [
      [{ since, asked, progress: undefined }],
      { ...ended, isEarly: true },
      `One run is at work here:\n\n- A run for [this request](${asked}), since 2026-01-01 09:05 UTC, which has not told yet what it is doing.`,
    ],
  ])('of %j after %j', (runs, last, text) => {
    expect(renderStatus(runs, last, pages)).toBe(text);
  });

  test('says of each run what it is doing, as its progress comment has it', () => {
    const facts = { runUrl: page, stage: 'Starting OpenCode.' };
    const run = runSaying(renderProgress(undefined, 12_000, facts));
    expect(renderStatus([run, run], undefined, pages)).toBe(
      ['2 runs are at work here:\n', ...Array(2).fill(line('Starting OpenCode.'))].join('\n'),
    );
    expect(renderUnstopped([run], pages)).toContain(line('Starting OpenCode.'));
  });

  test('calls nobody and loads nothing, whoever has edited a progress comment', () => {
    const body =
      '**Working**\n\n**Now:** @octo/all ![x](https://evil.example/x) <img src=//evil.example>';
    const text = renderStatus([runSaying(body, '7](x)')], undefined, pages);
    expect(readEffects(body)).toEqual({ called: ['octo/all'], fetched: expect.any(Array) });
    expect(readEffects(text)).toEqual({ called: [], fetched: [] });
    expect(text).toContain('\n- A run for');
  });
});

test('help takes any phrase for a mention', () => {
  expect(renderHelp('a`b|c')).toContain('| ``a`b\\|c stop`` |');
});

function line(doing: string): string {
  return `- [Run 7](${page}) for [this request](${asked}), since 2026-01-01 09:05 UTC: ${doing} ([progress](https://github.com/p))`;
}
