import { commentChars } from '../limits.ts';
import { inlineFindings } from '../limits/review.ts';
import { renderMarker, type RunIdentity } from '../marker.ts';
import type { ReviewEvent } from './decide.ts';
import { renderFindingMarker } from './finding-threads.ts';
import { reviewPurpose } from './own.ts';
import type { FindingPlace } from './review.ts';

/** A finding on lines that are part of the diff, as its comment is to be. */
export interface InlineFinding extends FindingPlace {
  /** Its fingerprint. */
  id: string;
  /** Markdown, without a marker. */
  body: string;
}

/** A review that is to be posted. */
export interface ReviewDraft {
  /** The commit that was read. */
  headSha: string;
  event: ReviewEvent;
  /** The heaviest first: where not all can be comments on lines, the first ones are. */
  inline: readonly InlineFinding[];
  /**
   * The review's body, without its marker; it leaves `markerChars` free. `moved` are those of `inline`
   * that must stand in it after all; `note` is a sentence that it must say, often empty.
   */
  renderBody(moved: readonly InlineFinding[], note: string): string;
}

/** What of a draft is sent. */
export interface Layout {
  event: ReviewEvent;
  /** Undefined where GitHub does not take it. */
  commitId: string | undefined;
  inline: readonly InlineFinding[];
  /** What takes the place of `inline` where GitHub refuses one of them: it does not say which. */
  fewer: readonly (readonly InlineFinding[])[];
  /** What the body must say of how it is posted; empty: nothing. */
  notes: readonly string[];
}

/**
 * What can be sent of a draft: each comment short enough, and as many as one review takes; should
 * GitHub refuse a place, one half of them or the other, and then none.
 */
export function layOut(draft: ReviewDraft, identity: RunIdentity): Layout {
  const { event, headSha: commitId } = draft;
  const fitting = draft.inline.filter((each) => dress(each, identity).length <= commentChars);
  const inline = fitting.slice(0, inlineFindings);
  const middle = Math.ceil(inline.length / 2);
  const halves = inline.length < 2 ? [] : [inline.slice(0, middle), inline.slice(middle)];
  const fewer = inline.length === 0 ? [] : [...halves, []];
  return { event, commitId, inline, fewer, notes: [] };
}

/** The body of the call that posts it. */
export function renderRequest(draft: ReviewDraft, layout: Layout, identity: RunIdentity) {
  const { event, commitId, inline, notes } = layout;
  const tail = `\n\n${renderMarker(identity, reviewPurpose)}`;
  const moved = draft.inline.filter((finding) => !inline.includes(finding));
  const body = draft
    .renderBody(moved, notes.join(' '))
    .slice(0, commentChars - tail.length)
    .toWellFormed();
  return {
    event,
    body: `${body}${tail}`,
    ...(commitId === undefined ? {} : { commit_id: commitId }),
    comments: inline.map((finding) => ({
      path: finding.path,
      body: dress(finding, identity),
      ...placeOf(finding),
    })),
  };
}

/** `start_line` must come before `line`. https://docs.github.com/rest/pulls/comments */
function placeOf({ side, line, startLine = line }: FindingPlace) {
  return { side, line, ...(startLine < line && { start_line: startLine, start_side: side }) };
}

function dress({ id, body }: InlineFinding, identity: RunIdentity): string {
  return `${body}\n\n${renderFindingMarker(identity, id)}`;
}
