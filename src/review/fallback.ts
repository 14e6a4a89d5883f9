import type { Layout } from './draft.ts';

/** GitHub's words where a verdict is not the token's to give. */
const unfitVerdict =
  /(approve|request changes on) your own pull request|not permitted to (create or )?approve/i;

/** Its words where the commit is not one of the pull request's. */
const unfitCommit = /not part of the pull request/i;

/** Its words where our account has one there that it never handed in: it takes no second one. */
export const pendingReview = /one pending review/i;

/** Its words where a limit on what is created is no 403 or 429, for once. */
export const submittedTooQuickly = /submitted too quickly/i;

/**
 * What to send where GitHub has refused a review as unfit (422), for the reason `why` in its own
 * words; undefined where nothing is left to do without. The words are no promise: whatever they are,
 * first the places go, then the verdict, then the commit. `isHead` asks whether the pull request's
 * head is still the commit that was read.
 */
export async function nextLayout(
  layout: Layout,
  why: string,
  isHead: () => Promise<boolean>,
): Promise<Layout | undefined> {
  if (pendingReview.test(why)) return undefined;
  if (layout.event !== 'COMMENT' && unfitVerdict.test(why)) return withoutVerdict(layout, why);
  if (layout.commitId !== undefined && unfitCommit.test(why))
    return await withoutCommit(layout, isHead);
  if (layout.fewer.length > 0) return withFewer(layout);
  if (layout.event !== 'COMMENT') return withoutVerdict(layout, why);
  return layout.commitId === undefined ? undefined : await withoutCommit(layout, isHead);
}

/** A refused review is not made in part: no half of it stands there by then. */
function withFewer(layout: Layout): Layout {
  const [inline = [], ...fewer] = layout.fewer;
  const note =
    'GitHub did not take a comment on some of the lines: what belongs there stands here.';
  const isSaid = layout.notes.includes(note);
  return { ...layout, inline, fewer, notes: isSaid ? layout.notes : [...layout.notes, note] };
}

const verdicts = { APPROVE: 'an approval', REQUEST_CHANGES: 'a request for changes' } as const;

function withoutVerdict(layout: Layout, why: string): Layout {
  if (layout.event === 'COMMENT') return layout;
  const note = `This is a comment and not ${verdicts[layout.event]}: ${reasonOf(why)}`;
  return { ...layout, event: 'COMMENT', notes: [...layout.notes, note] };
}

/** Only what we know GitHub says is quoted: its answer may say anything. */
function reasonOf(why: string): string {
  if (/your own pull request/i.test(why)) return 'nobody can do that on their own pull request.';
  if (unfitVerdict.test(why)) return 'the repository does not let GitHub Actions approve.';
  return 'GitHub refused it.';
}

/**
 * Without its commit, GitHub takes a review for one of the newest: then lines may be others than
 * those that were read, and nothing may be approved. Some heads are refused although they are there.
 */
async function withoutCommit(layout: Layout, isHead: () => Promise<boolean>): Promise<Layout> {
  const { commitId = '', event, notes } = layout;
  const sha = `\`${commitId.slice(0, 7)}\``;
  const isThere = await isHead();
  const isWithdrawn = !isThere || event === 'APPROVE';
  const what = isThere
    ? `GitHub does not take ${sha}, which was reviewed, for a commit of this pull request`
    : `${sha}, which was reviewed, is no longer part of this pull request`;
  const so =
    event !== 'COMMENT' && isWithdrawn ? `: this is a comment, not ${verdicts[event]}` : '';
  return {
    ...layout,
    ...(isThere ? {} : { inline: [], fewer: [] }),
    commitId: undefined,
    event: isWithdrawn ? 'COMMENT' : event,
    notes: [...notes, `${what}${so}.`],
  };
}
