import type { Repository, ThreadRef, TriggerComment } from '../event/trigger.ts';
import { toGitHubError, type GitHub } from '../github.ts';
import { isMissing, isRefusal, repeat } from '../github-repeat.ts';

/** Where to acknowledge: every `Trigger` is one, and so are plain facts from a journal. */
export interface Target {
  repository: Repository;
  thread: ThreadRef | undefined;
  comment: Pick<TriggerComment, 'kind' | 'id'> | undefined;
}

/** What is on the thread while the run lasts: plain data, from which another process can finish. */
export interface Acknowledgement {
  /** Our `eyes`, where GitHub has named it. */
  reactionId?: number;
  /** There may be `eyes` of ours; without `reactionId` they are looked up before they are removed. */
  mayHaveReaction: boolean;
  /** The label that may be there because of us; empty: none. */
  label: string;
}

/** Told about what did not work; none of it fails a run. */
type Warn = (message: string) => void;

/**
 * Puts `eyes` on the triggering comment (on the issue or pull request itself where there is none)
 * and `label` (empty: none; unknown to the repository: GitHub creates it) on the thread, side by
 * side. Never rejects: what fails is told to `warn`. Without a thread nothing is done.
 * Eyes and label that were there already are taken over, and go when the run ends: they say that a
 * run is at work, and a run that was killed may have left them behind.
 */
export async function acknowledge(
  github: GitHub,
  target: Target,
  label: string,
  warn: Warn,
  signal: AbortSignal,
): Promise<Acknowledgement> {
  const { thread } = target;
  if (thread === undefined) return { mayHaveReaction: false, label: '' };
  const [reaction, hasLabel] = await Promise.all([
    attempt('react with eyes', warn, () => react(github, target, thread, 'eyes', signal)),
    label === ''
      ? undefined
      : attempt('put the working label on', warn, () =>
          addLabel(github, target, thread, label, signal),
        ),
  ]);
  return {
    ...(reaction.value !== undefined && { reactionId: reaction.value }),
    mayHaveReaction: reaction.mayBeDone,
    label: hasLabel?.mayBeDone === true ? label : '',
  };
}

/**
 * Turns `eyes` into `rocket` or `confused` (undefined: neither) and takes the label away, side by
 * side. Never rejects: what fails is told to `warn`; what is gone already is no failure. Repeating
 * it changes nothing. A process that does not know how far `acknowledge` came gives
 * `{ mayHaveReaction: true, label }`. Resolves to whether `eyes` and label are gone for certain.
 */
export async function finishAcknowledgement(
  github: GitHub,
  target: Target,
  acknowledgement: Acknowledgement,
  success: boolean | undefined,
  warn: Warn,
  signal: AbortSignal,
): Promise<boolean> {
  const { thread } = target;
  if (thread === undefined) return true;
  const { reactionId, mayHaveReaction, label } = acknowledgement;
  const content = success === true ? 'rocket' : 'confused';
  const reacted =
    success === undefined
      ? undefined
      : attempt(`react with ${content}`, warn, () =>
          react(github, target, thread, content, signal),
        );
  const removals: Promise<Attempt>[] = [];
  if (mayHaveReaction) {
    const remove = () => removeEyes(github, target, thread, reactionId, signal);
    removals.push(attempt('remove our eyes', warn, remove));
  }
  if (label !== '') {
    const remove = () => removeLabel(github, target, thread, label, signal);
    removals.push(attempt('remove the working label', warn, remove));
  }
  const [removed] = await Promise.all([Promise.all(removals), reacted]);
  return removed.every(({ isDone }) => isDone);
}

interface Attempt {
  value?: number;
  isDone: boolean;
  mayBeDone: boolean;
}

async function attempt(
  what: string,
  warn: Warn,
  call: () => Promise<number | undefined>,
): Promise<Attempt> {
  try {
    const value = await call();
    return { ...(value !== undefined && { value }), isDone: true, mayBeDone: true };
  } catch (thrown) {
    warn(toGitHubError(thrown, what).sentence);
    return { isDone: false, mayBeDone: !isRefusal(thrown) };
  }
}

/** GitHub answers 200 instead of 201 where we have reacted so before: it is one reaction. */
async function react(
  github: GitHub,
  { repository, comment }: Target,
  thread: ThreadRef,
  content: 'eyes' | 'rocket' | 'confused',
  signal: AbortSignal,
): Promise<number> {
  const { reactions } = github.rest;
  const common = { owner: repository.owner, repo: repository.name, content, request: { signal } };
  const { data } = await repeat(async () => {
    if (comment === undefined)
      return await reactions.createForIssue({ ...common, issue_number: thread.number });
    const onComment = { ...common, comment_id: comment.id };
    return comment.kind === 'issue'
      ? await reactions.createForIssueComment(onComment)
      : await reactions.createForPullRequestReviewComment(onComment);
  }, signal);
  return data.id;
}

/** Reacting once more names the reaction whose id was never learnt. */
async function removeEyes(
  github: GitHub,
  target: Target,
  thread: ThreadRef,
  known: number | undefined,
  signal: AbortSignal,
): Promise<undefined> {
  const { reactions } = github.rest;
  const { repository, comment } = target;
  const reaction_id = known ?? (await react(github, target, thread, 'eyes', signal));
  const common = {
    owner: repository.owner,
    repo: repository.name,
    reaction_id,
    request: { signal },
  };
  await unlessMissing(
    comment === undefined
      ? reactions.deleteForIssue({ ...common, issue_number: thread.number })
      : comment.kind === 'issue'
        ? reactions.deleteForIssueComment({ ...common, comment_id: comment.id })
        : reactions.deleteForPullRequestComment({ ...common, comment_id: comment.id }),
  );
}

async function addLabel(
  github: GitHub,
  { repository: { owner, name } }: Target,
  { number }: ThreadRef,
  label: string,
  signal: AbortSignal,
): Promise<undefined> {
  const at = { owner, repo: name, issue_number: number, request: { signal } };
  await repeat(() => github.rest.issues.addLabels({ ...at, labels: [label] }), signal);
}

async function removeLabel(
  github: GitHub,
  { repository: { owner, name } }: Target,
  { number }: ThreadRef,
  label: string,
  signal: AbortSignal,
): Promise<undefined> {
  const at = { owner, repo: name, issue_number: number, request: { signal } };
  await unlessMissing(github.rest.issues.removeLabel({ ...at, name: label }));
}

async function unlessMissing(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
  }
}
