import { describe, expect, test } from '@jest/globals';

import { judge, parsePatterns } from '../../src/changes/protect.ts';
import { type Reviewable, skipReview } from '../../src/review/skip.ts';

const file = (filename: string, previous?: string) => ({
  filename,
  status: previous === undefined ? 'modified' : 'renamed',
  sha: null,
  additions: 1,
  deletions: 0,
  previous_filename: previous,
});
const isMeant = judge({
  patterns: parsePatterns('docs/**, *.md, !SECURITY.md'),
  codeOwners: undefined,
});
const asked = (changes: Partial<Reviewable> = {}): Reviewable => ({
  isAsked: false,
  isDraft: false,
  labels: [],
  files: [file('src/a.ts')],
  isIgnored: (path) => isMeant(path) !== undefined,
  ...changes,
});

describe('a pull request that nobody asked to be reviewed', () => {
  test.each<[what: string, changes: Partial<Reviewable>, why: RegExp | undefined]>([
    ['code', {}, undefined],
    ['a draft', { isDraft: true }, /draft/],
    ['the label', { labels: ['bug', 'Skip-Agent-Review'] }, /`skip-agent-review`/],
    ['another label', { labels: ['skip-agent-reviews'] }, undefined],
    ['ignored paths alone', { files: [file('docs/x'), file('a/README.md')] }, /review-ignore/],
    ['one path that is not ignored', { files: [file('docs/x'), file('a.ts')] }, undefined],
    ['a path that is taken out again', { files: [file('SECURITY.md')] }, undefined],
    ['a file moved among ignored ones', { files: [file('docs/x', 'docs/y')] }, /review-ignore/],
    ['a file moved to ignored ones', { files: [file('docs/x', 'src/y')] }, undefined],
    ['a file moved from ignored ones', { files: [file('src/x', 'docs/y')] }, undefined],
    ['no files', { files: [] }, undefined],
    ['files that are not known', { files: undefined }, undefined],
  ])('with %s is skipped, or not', (_, changes, why) => {
    const said = skipReview(asked(changes));
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(why);
    expect(skipReview(asked({ ...changes, isAsked: true }))).toBeUndefined();
  });
});
