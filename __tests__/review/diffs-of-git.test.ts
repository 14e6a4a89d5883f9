import { afterAll, describe, expect, test } from '@jest/globals';

import type { ChangedFile } from '../../src/review/changed-file.ts';
import { readChangedFiles } from '../../src/review/lines.ts';
import { placeFinding } from '../../src/review/place.ts';
import { planReview } from '../../src/review/plan.ts';
import type { Finding, FindingPlace } from '../../src/review/review.ts';
import { renderInlineComment, renderReviewReply } from '../../src/reply/review.ts';
import { pick, seeded } from '../reply/random.ts';
import { endedTurn, runFacts } from '../reply/turn.ts';
import { removeFolders } from '../thread/repository.ts';
import { readGitDiff } from './git-diff.ts';
import {
  type ListedFile,
  linesOf,
  listFiles,
  makeHistory,
  oddNames,
  output,
  Shown,
} from './history.ts';

afterAll(removeFolders);

const seeds = Array.from({ length: 12 }, (_, at) => at + 1);
const audience = { serverUrl: 'https://github.com', people: [] };

function finding(title: string, place: FindingPlace | undefined, suggestion?: string): Finding {
  return { severity: 'blocking', title, body: '', place, suggestion };
}

describe('diffs that git makes of random changes', () => {
  test.each(seeds)(
    'are read as the files are, and take each comment that we place: seed %i',
    (seed) => {
      const random = seeded(seed);
      const { directory, base, head } = makeHistory(random);
      const files = listFiles(directory, base, head);
      const diff = readChangedFiles(files);
      const fromText = readGitDiff(
        output(directory, 'diff', '--find-renames', '--full-index', base, head),
      );
      expect(fromText).toEqual(files.map(asText));

      const shown = new Map(
        files.map((file) => [file.filename, new Shown(directory, base, head, file)]),
      );
      const texts = files.map((file) => ({
        name: file.filename,
        left: linesOf(directory, base, file.previous_filename ?? file.filename),
        right: linesOf(directory, head, file.filename),
      }));
      const textAt = ({ path, side, line }: FindingPlace): string | undefined =>
        texts.find(({ name }) => name === path)?.[side === 'LEFT' ? 'left' : 'right'][line - 1];
      for (const { name, left, right } of texts) {
        for (const each of diff.get(name)?.hunks.flatMap(({ lines }) => lines) ?? []) {
          if (each.kind !== 'added') expect(left[each.left - 1]).toBe(each.text);
          if (each.kind !== 'removed') expect(right[each.right - 1]).toBe(each.text);
        }
      }

      const listed = files.flatMap((file) => [file.filename, file.previous_filename ?? '']);
      const shownNames = files
        .filter(({ patch }) => patch !== undefined)
        .map(({ filename }) => filename);
      const names = [...listed, ...oddNames, ...shownNames, ...shownNames, ...shownNames];
      const findings = Array.from({ length: 300 }, (_, at) => {
        const line = 1 + Math.floor(random() * 70);
        const startLine = random() < 0.4 ? Math.max(1, line - Math.floor(random() * 12)) : line;
        const side = random() < 0.35 ? 'LEFT' : 'RIGHT';
        const place: FindingPlace = { path: pick(random, names), side, line };
        return finding(`Finding ${at}`, startLine < line ? { ...place, startLine } : place, 'fix');
      });
      let placed = 0;
      for (const each of findings) {
        const asked = each.place;
        const found = placeFinding(each, diff);
        if (asked === undefined) continue;
        const file = shown.get(asked.path);
        if (file?.takes(asked) === true) expect(found?.place).toEqual(asked);
        if (found === undefined) continue;
        placed += 1;
        const there = shown.get(found.place.path);
        expect([asked, found, there?.takes(found.place)]).toEqual([asked, found, true]);
        if (found.canSuggest) expect([found.place, found.from]).toEqual([asked, undefined]);
        if (found.from === undefined || overlaps(found.place, asked)) continue;
        const isSameLine =
          textAt(found.place) !== undefined &&
          textAt(found.place) === textAt({ ...asked, path: found.place.path });
        expect([asked, found, isSameLine || there?.isChanged(found.place)]).toEqual([
          asked,
          found,
          true,
        ]);
      }
      expect(placed).toBeGreaterThan(20);

      const plan = planReview({
        review: {
          verdict: 'REJECT',
          verified: '',
          findings,
          risk: { level: 'LOW', reason: '' },
          former: [],
        },
        diff,
        former: undefined,
        threshold: 'all',
      });
      const [body = ''] = renderReviewReply({
        plan: { ...plan, findings: plan.findings.slice(0, 100) },
        turn: endedTurn(),
        facts: runFacts,
        notes: [],
        refusal: '',
        hidden: '',
        audience,
      }).comments;
      expect(plan.findings.map(({ title }) => title).toSorted()).toEqual(
        findings.map(({ title }) => title).toSorted(),
      );
      for (const each of plan.findings.slice(0, 100)) {
        expect(body).toMatch(new RegExp(`${each.title}$`, 'm'));
        if (each.inline !== undefined)
          expect(renderInlineComment(each, audience)).toContain(each.title);
      }
    },
  );
});

/** A diff as text names no blob where the content is the same, and no mode where it is renamed only. */
function asText({ hasSameContent, modes = '', ...file }: ListedFile): ChangedFile {
  const [before, now] = modes.split(' ');
  if (!hasSameContent) return { ...file, modes };
  return { ...file, sha: null, ...(before === now ? {} : { modes }) };
}

/** What was cut off to be in one hunk, or to begin with a removed line, has not gone elsewhere. */
function overlaps(found: FindingPlace, asked: FindingPlace): boolean {
  const first = (place: FindingPlace): number => place.startLine ?? place.line;
  return found.side === asked.side && first(found) <= asked.line && found.line >= first(asked);
}
