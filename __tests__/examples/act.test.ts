import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { actEvents, findAct, runAct } from '../../playground/run-act.ts';
import { eventNameOf, readPayload } from '../../playground/seed.ts';

const events = join(import.meta.dirname, '..', '..', 'examples', 'act');
const act = await findAct();

test.each([
  ['issue-comment', 'issue_comment'],
  ['pull-comment', 'issue_comment'],
  ['dispatch', 'workflow_dispatch'],
])('%s.json is a payload of %s', (file, name) => {
  const payload = readPayload(readFileSync(join(events, `${file}.json`), 'utf8'));
  expect(eventNameOf(payload)).toBe(name);
});

// Which tests there are depends on the machine: act is no dependency, and comes with no npm package.
if (act === undefined) {
  test('act is not on this machine (PATH, MENTION_LOOP_ACT): its runs are not part of this', () => {
    expect(act).toBeUndefined();
  });
} else {
  describe('under act, without Docker', () => {
    test.each(actEvents)(
      '%s is answered by the real OpenCode, and post runs after it',
      async (event) => {
        const run = await runAct(act, event);
        expect(run.output).toContain('Success - Main mention-loop/mention-loop@v1');
        expect(run.output).toContain('Success - Post mention-loop/mention-loop@v1');
        expect(run.output).toContain('Job succeeded');
        expect(run.code).toBe(0);
        expect(run.violations).toEqual([]);
        expect(run.output).toContain('::set-output:: outcome=success');
        expect(run.output).toContain('Nothing checks for an empty name.');
        if (event === 'dispatch') return;
        expect(run.thread).toContain('Nothing checks for an empty name.');
        expect(run.thread).toContain('🚀');
        expect(run.thread).not.toContain('could not be checked out');
      },
      180_000,
    );
  });
}
