/** What a whole run has written anywhere, for the attacks that try to get a secret out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@jest/globals';

import type { Going, Run } from '../runs/watch.ts';

/** The journal as it lies on the disk, every line of it. */
export function readJournalFile({ action }: Pick<Going, 'action'>): string {
  const names = readdirSync(action.temp).filter((name) => name.endsWith('.jsonl'));
  return names.map((name) => readFileSync(join(action.temp, name), 'utf8')).join('\n');
}

/** Everything that people, or later steps, may read of a run; requests are all that GitHub was sent. */
export function written(run: Run, journal: string): Record<string, string> {
  const requests = [...run.written.main, ...run.written.post].map(({ body }) => body);
  return {
    requests: JSON.stringify(requests),
    comments: run.comments.map(({ body }) => body).join('\n'),
    logs: run.logs,
    annotations: JSON.stringify([run.annotations, run.post?.annotations]),
    summary: `${run.summary}\n${run.post?.summary ?? ''}`,
    outputs: JSON.stringify([run.outputs, run.state, run.post?.outputs]),
    journal,
  };
}

/** Fails where a place holds one of these texts, or so much of it that the rest can be guessed. */
export function expectNowhere(places: Record<string, string>, texts: readonly string[]): void {
  for (const text of texts) {
    const pieces = [text, JSON.stringify(text).slice(1, -1)];
    for (let at = 0; at + 12 <= text.length; at += 1) pieces.push(text.slice(at, at + 12));
    for (const [place, all] of Object.entries(places)) {
      const found = pieces.filter((piece) => all.includes(piece));
      expect({ place, text, found }).toEqual({ place, text, found: [] });
    }
  }
}
