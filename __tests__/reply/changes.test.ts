import { describe, expect, test } from '@jest/globals';

import type { Change, Delivered } from '../../src/changes/change.ts';
import type { Patch } from '../../src/changes/save.ts';
import { commentChars, summaryBytes } from '../../src/limits.ts';
import { patchShownBytes } from '../../src/limits/changes.ts';
import { type ChangesFacts, renderChanges } from '../../src/reply/changes.ts';
import { renderReply } from '../../src/reply/render.ts';
import { parse } from './markdown.ts';
import { endedTurn, runFacts } from './turn.ts';

const repositoryUrl = 'https://github.example/octo/hello';
const sha = '0123456789abcdef0123456789abcdef01234567';

function change(path: string, more: Partial<Change> = {}): Change {
  const after = { mode: '100644', blob: sha, bytes: 10 } as const;
  return { path, kind: 'modified', after, lines: { added: 3, removed: 1 }, ...more };
}

function factsOf(facts: Partial<ChangesFacts> = {}): ChangesFacts {
  return {
    changes: [change('src/greet.js')],
    leftOut: [],
    delivered: { notes: [] },
    commands: [],
    repositoryUrl,
    runUrl: runFacts.runUrl,
    ...facts,
  };
}

function patchOf(text: string | undefined, more: Partial<Patch> = {}): Patch {
  const plain = { isPacked: false, hasSecret: false };
  return { path: '/tmp/x.patch', bytes: text?.length ?? 0, text, ...plain, ...more };
}

const shown = (facts: Partial<ChangesFacts>) => renderChanges(factsOf(facts));
const delivered = (to: Partial<Delivered>) => shown({ delivered: { notes: [], ...to } }).comment;

describe('where the changes went', () => {
  const commit = `commit [\`0123456\`](${repositoryUrl}/commit/${sha})`;
  const pull = { number: 5, url: `${repositoryUrl}/pull/5` };

  test.each([
    [
      { pull: { ...pull, isNew: true }, branch: 'opencode/issue-7-x' },
      `pull request [#5](${pull.url}), ${commit}.`,
    ],
    [
      { pull: { ...pull, isNew: false }, branch: 'fix' },
      `${commit} on pull request [#5](${pull.url}).`,
    ],
    [
      { branch: 'opencode/x', compareUrl: `${repositoryUrl}/compare/x` },
      `${commit} on [\`opencode/x\`](${repositoryUrl}/tree/opencode/x). [Open a pull request](${repositoryUrl}/compare/x) for it.`,
    ],
    [
      { branch: 'a(b)`c`/@team' },
      `${commit} on [\`\`a(b)\`c\`/@team\`\`](${repositoryUrl}/tree/a%28b%29%60c%60/%40team).`,
    ],
  ])('is told with links: %j', (to, told) => {
    const text = delivered({ commitSha: sha, ...to });
    expect(text).toContain(`**1 file changed** (+3 −1): ${told}`);
    expect(text).not.toContain('git apply');
  });

  test('is a patch, with the command that applies it', () => {
    const patch = patchOf('diff --git a/x b/x\n');
    const { comment, summary } = shown({ patch, commands: ['gh pr checkout 12', 'git apply'] });
    expect(comment).toContain(`The patch is in [the run's summary](${runFacts.runUrl}).`);
    expect(comment).toContain('\ngh pr checkout 12\ngit apply\n');
    expect(comment).not.toContain('diff --git');
    expect(summary).toContain('```diff\ndiff --git a/x b/x\n```');
  });
});

describe('a patch', () => {
  const patched = (patch: Patch) =>
    shown({ patch, delivered: { patchPath: patch.path, notes: [] } });

  test('with a fence in it has a longer one around it', () => {
    const { summary } = patched(patchOf('+```\n+````js\n'));
    const fences = parse(summary).tokens.filter(({ type }) => type === 'fence');
    expect(fences.map(({ content }) => content)).toContain('+```\n+````js\n');
  });

  test('in base64 is decoded before it is applied', () => {
    const { comment, summary } = patched(patchOf('ZGlmZg==', { isPacked: true }));
    expect(comment).toContain('save it as `changes.base64`');
    expect(comment).toContain('\nbase64 --decode < changes.base64 > changes.patch\n');
    expect(summary).toContain('```text\nZGlmZg==\n```');
  });

  test.each([
    ['has a secret in it', { hasSecret: true }, 'what may be a secret is in it'],
    ['is too long', { bytes: patchShownBytes + 1 }, 'it is longer than 512 KiB'],
    ['is long and no UTF-8', { isPacked: true }, 'a page does not keep all that is in it'],
  ])('that %s is not shown, and the reply says so', (_, more, why) => {
    const { comment, summary } = patched(patchOf(undefined, more));
    expect(summary).toBe(comment);
    expect(comment).toContain(`The patch is not shown, for ${why}. The output \`patch-path\``);
    expect(comment).toContain('a later step may upload');
    expect(comment).toContain('save it as `changes.patch`');
  });

  test('leaves room in the step summary for as much of the answer as fits', () => {
    const answer = 'word '.repeat(summaryBytes / 5);
    const text = `${'+é\n'.repeat(patchShownBytes / 4)}`;
    const { summary } = renderReply({
      turn: endedTurn({ texts: [answer], answer }),
      facts: runFacts,
      notes: [],
      changes: factsOf({ patch: patchOf(text) }),
      audience: { serverUrl: 'https://github.com', people: [] },
    });
    expect(summary).toContain(text);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(summaryBytes);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(summaryBytes - 20_000);
  });
});

describe('the list of files', () => {
  test('says what happened to each', () => {
    const { comment } = shown({
      changes: [
        change('a.ts', { kind: 'added', lines: { added: 1_234, removed: 0 } }),
        change('b.png', { lines: undefined }),
        change('c.ts', { kind: 'deleted', after: undefined, lines: { added: 0, removed: 9 } }),
        change('d/new.ts', { kind: 'renamed', previousPath: 'd/old.ts' }),
        change('e', { after: { mode: '120000', blob: sha, bytes: 1 } }),
      ],
    });
    expect(comment).toBe(`

**5 files changed** (+1,240 −11).

| File | Added | Removed |
|---|--:|--:|
| \`a.ts\` (new) | +1,234 | −0 |
| \`b.png\` | binary |  |
| \`c.ts\` (deleted) | +0 | −9 |
| \`d/old.ts\` → \`d/new.ts\` | +3 | −1 |
| \`e\` (link) | +3 | −1 |`);
  });

  test.each([
    ['with space.ts', '`with space.ts`'],
    ['-rf', '`-rf`'],
    ['سلام/naïve.ts', '`سلام/naïve.ts`'],
    ['say "hi".ts', String.raw`\`"say \"hi\".ts"\``.replaceAll('\\`', '`')],
    ['a\nb', '`"a\\nb"`'],
    ['evil\u202egnp.exe', '`"evil\\u{202e}gnp.exe"`'],
    [' a  b ', '`" a b "`'],
    ['`x`', '`` `x` ``'],
    ['a|b', '`a\\|b`'],
    ['@octo/team <img src=x> [x](y) ![z](w)', '`@octo/team <img src=x> [x](y) ![z](w)`'],
  ])('shows the name %j harmlessly', (path, name) => {
    const { comment } = shown({ changes: [change(path)] });
    expect(comment).toContain(`\n| ${name} | +3 | −1 |`);
    const kinds = parse(comment).tokens.flatMap(({ children }) => children ?? []);
    const types = kinds.map(({ type }) => type);
    for (const harm of ['image', 'html_inline', 'link_open']) expect(types).not.toContain(harm);
  });

  test('is folded when long, and ends somewhere', () => {
    const many = (number: number) =>
      shown({ changes: Array.from({ length: number }, (_, at) => change(`f${at}`)) }).comment;
    expect(many(10)).not.toContain('<details>');
    expect(many(11)).toContain('<summary>The files</summary>');
    expect(many(11)).toContain('`f10`');
    expect(many(1_300)).toContain('| and 1,250 more | | |');
    expect(many(1_300)).not.toContain('`f50`');
  });

  test('names what is left out, and why', () => {
    const leftOut = [
      { path: '.github/workflows/x.yml', why: 'protected' },
      { path: 'docs/a', why: 'code-owners' },
      ...Array.from({ length: 30 }, (_, at) => ({ path: `d${at}`, why: 'code-owners' }) as const),
    ] as const;
    for (const changes of [[], [change('x')]]) {
      const { comment } = shown({ changes, leftOut });
      expect(comment).toContain(
        'Left out, for `protected-paths` names it: `.github/workflows/x.yml`.',
      );
      expect(comment).toContain('Left out, for CODEOWNERS gives it an owner: `docs/a`, `d0`');
      expect(comment).toContain('`d18` and 11 more.');
    }
  });

  test('leaves room for the answer, whatever the names', () => {
    const name = '\u202e|`"'.repeat(300);
    const changes = Array.from({ length: 300 }, () =>
      change(name, { kind: 'renamed', previousPath: name }),
    );
    const leftOut = Array.from({ length: 60 }, () => ({ path: name, why: 'protected' }) as const);
    const answer = 'word '.repeat(20_000);
    const { comments } = renderReply({
      turn: endedTurn({ texts: [answer], answer }),
      facts: runFacts,
      notes: [],
      changes: factsOf({ changes, leftOut }),
      audience: { serverUrl: 'https://github.com', people: [] },
    });
    expect(comments.length).toBeLessThanOrEqual(5);
    for (const comment of comments) expect(comment.length).toBeLessThan(commentChars - 1_000);
    expect(comments.at(-1)).toContain('**300 files changed**');
  });
});
