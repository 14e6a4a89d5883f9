import { boundEnding } from './bounds.ts';
import { audienceOf, type Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { viewerLogin } from './github.ts';
import { isSameLogin } from './gate/decide.ts';
import { headLookHurriedMs, headLookMs } from './limits.ts';
import { redactReview } from './outgoing.ts';
import { logWarning } from './outputs.ts';
import { renderAnyReply } from './reply/plain-reply.ts';
import type { Reply, ReplyInput } from './reply/render.ts';
import { renderInlineComment, renderReviewReply } from './reply/review.ts';
import { type Decision, decideState } from './review/decide.ts';
import type { InlineFinding, ReviewDraft } from './review/draft.ts';
import { readHead } from './review/files.ts';
import { readChangedFiles as readLines } from './review/lines.ts';
import { renderMemory } from './review/memory.ts';
import { planReview, type ReviewPlan } from './review/plan.ts';
import { renderRecheck } from './review/recheck.ts';
import type { Review, ReviewMemory, Verdict } from './review/review.ts';
import type { ReviewRun } from './reviewing.ts';

/** A review that came to its end; `decision` is what it does to the pull request. */
export interface Judged {
  run: ReviewRun;
  decision: Decision;
  /** Undefined where the answer is no review, or the former one stands. */
  plan: ReviewPlan | undefined;
  /** What the next review is told; undefined where the answer is no review. */
  memory: ReviewMemory | undefined;
}

/** Of what the agent has found: where each finding goes, and what the verdict does. Never rejects. */
export async function judge(desk: Desk, run: ReviewRun, read: Review | undefined): Promise<Judged> {
  const { changed, former, inputs, pin, fingerprint: diff = '' } = run;
  if (read === undefined) {
    const decision = await decide(desk, run, undefined);
    return { run, decision, plan: undefined, memory: undefined };
  }
  // Lines of another head are no places to put a comment.
  const lines = readLines(changed.isPinned ? changed.files : []);
  const review = redactReview(desk.redactor, read);
  const threshold = inputs.severity;
  const plan = planReview({ review, diff: lines, former: former.review?.memory, threshold });
  const { verdict, risk, remembered: findings } = plan;
  const memory = { headSha: pin.headSha, diff, verdict, risk: risk.level, findings };
  return { run, decision: await decide(desk, run, verdict), plan, memory };
}

/** Of an effective diff that a former review is about: its verdict stands. Never rejects. */
export async function judgeAgain(
  desk: Desk,
  run: ReviewRun,
  { verdict, risk, findings }: ReviewMemory,
): Promise<Judged> {
  const { pin, fingerprint: diff = '' } = run;
  const memory = { headSha: pin.headSha, diff, verdict, risk, findings };
  return { run, decision: await decide(desk, run, verdict), plan: undefined, memory };
}

async function decide(
  desk: Desk,
  { pin, pull, inputs }: ReviewRun,
  verdict: Verdict | undefined,
): Promise<Decision> {
  const stance = { mode: inputs.verdict, verdict, isFork: pin.isFork };
  const unknown = { ...stance, isOwnPull: false, hasHeadMoved: undefined };
  if (inputs.verdict === 'comment' || verdict === undefined) return decideState(unknown);
  const late = new Error('GitHub did not answer in time');
  const bounds = { patienceMs: headLookMs, hurriedMs: headLookHurriedMs };
  const signal = boundEnding(desk, bounds, late);
  try {
    const [login, { headSha }] = await Promise.all([
      viewerLogin(desk.github, signal),
      readHead(pull, signal),
    ]);
    const isOwnPull = isSameLogin(login, pin.author);
    return decideState({ ...stance, isOwnPull, hasHeadMoved: headSha !== pin.headSha });
  } catch (thrown) {
    logWarning(`Whether the verdict may count is not known: ${messageOf(thrown)}.`);
    return decideState(unknown);
  }
}

/**
 * What people get to read where nothing stands on lines (a comment, the step summary, the output):
 * all findings with all their words. A text that cannot be rendered is shown as it is.
 */
export function renderJudged(desk: Desk, judged: Judged, input: ReplyInput): Reply {
  return renderAs(desk, withInline(judged, new Set()), input);
}

function renderAs(desk: Desk, judged: Judged, input: ReplyInput): Reply {
  const { plan, memory, run, decision } = judged;
  const { former, changed } = run;
  const notes = [...input.notes, former.note, ...(changed.isPinned ? [] : [unpinned])];
  if (memory === undefined)
    return renderAnyReply({ ...input, notes: [...notes, unread] }, logWarning);
  const { refusal } = decision;
  if (plan === undefined) return renderUnchanged(memory, refusal, run, input);
  try {
    const hidden = renderMemory(memory);
    return renderReviewReply({ ...input, plan, notes, refusal, hidden });
  } catch (thrown) {
    logWarning(`The review could not be rendered, and is posted plainly: ${messageOf(thrown)}.`);
    const words = [plan.verdict, plan.verified, JSON.stringify(plan.findings, null, 2)];
    const turn = { ...input.turn, answer: words.join('\n\n') };
    return renderAnyReply({ ...input, turn, notes, audience: audienceOf(desk) }, logWarning);
  }
}

const unpinned =
  'GitHub does not show the diff of the commit that was read any more, so nothing stands on its lines.';

const unread =
  'The answer is not the review that was asked for, and was none when it was asked for again: it stands here as it is, without a verdict.';

function renderUnchanged(
  memory: ReviewMemory,
  refusal: string,
  { pin }: ReviewRun,
  { notes }: ReplyInput,
): Reply {
  const hidden = renderMemory(memory);
  const body = renderRecheck(memory, pin.headSha, [refusal, ...notes].filter(Boolean).join(' '));
  const said = body.replace(hidden, '').trimEnd();
  return { comments: [body], summary: said, response: said, restNotice: '' };
}

/** The review as it is to be posted; undefined where it is too long for one. */
export function draftOf(
  desk: Desk,
  judged: Judged,
  input: ReplyInput,
  { comments }: Reply,
): ReviewDraft | undefined {
  const { plan, decision, run } = judged;
  const [whole = ''] = comments;
  if (comments.length > 1) return undefined;
  const inline = plan === undefined ? [] : inlineOf(desk, plan);
  const renderBody = (moved: readonly InlineFinding[], note: string): string => {
    if (plan === undefined && note === '') return whole;
    const onLines = inline.filter((each) => !moved.includes(each)).map(({ id }) => id);
    const more = { ...input, notes: [note, ...input.notes] };
    return renderAs(desk, withInline(judged, new Set(onLines)), more).comments[0] ?? whole;
  };
  return { headSha: run.pin.headSha, event: decision.event, inline, renderBody };
}

/** Only these findings have their words in a comment on lines; all others have them in the body. */
function withInline(judged: Judged, ids: ReadonlySet<string>): Judged {
  const { plan } = judged;
  if (plan === undefined) return judged;
  const findings = plan.findings.map((each) =>
    ids.has(each.id) ? each : { ...each, inline: undefined },
  );
  return { ...judged, plan: { ...plan, findings } };
}

function inlineOf(desk: Desk, { findings }: ReviewPlan): InlineFinding[] {
  return findings.flatMap((finding) => {
    if (finding.inline === undefined) return [];
    const body = renderInlineComment(finding, audienceOf(desk));
    return [{ id: finding.id, ...finding.inline.place, body }];
  });
}
