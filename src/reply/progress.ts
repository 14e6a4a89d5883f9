import * as limits from '../limits.ts';
import type { Todo } from '../opencode/events.ts';
import type { Comments, OwnComment } from '../thread/comments.ts';
import { messageOf } from '../errors.ts';
import type { Turn } from '../turn/turn.ts';
import { renderDuration } from './facts.ts';
import { codeBlock, isBlank, plain, sentence } from './plain.ts';
import { clusterEnd } from './split.ts';

/** What a progress comment says beside the turn. */
export interface ProgressFacts {
  runUrl: string;
  /** What the run is doing before there is a turn, as a sentence: `Starting OpenCode.` */
  stage: string;
}

/** What `startProgress` needs. */
export interface ProgressOptions {
  comments: Comments;
  /** Asked about once a second; undefined until the agent has begun. */
  turn: () => Turn | undefined;
  facts: () => ProgressFacts;
  /** The start of the run, as `Date.now()` has it. */
  startedAt: number;
  /** Told of the comment as soon as GitHub has it: `post` must know it. */
  onCreated: (comment: OwnComment) => void;
  warn: (message: string) => void;
  /** Ends the pacing. It breaks off no request: a comment whose id is never heard stays for ever. */
  signal: AbortSignal;
}

/** The progress comment while it is kept up to date. Disposal waits at most `patienceMs`. */
export interface Progress extends AsyncDisposable {
  /**
   * Ends the pacing at once. Resolves to the comment, if there is one, when no request is under way
   * any more (where creating it failed, GitHub is asked whether it did not); never rejects. The answer need not wait for it: it is for deleting the comment after.
   */
  stop(): Promise<OwnComment | undefined>;
  /** Writes the comment now where there is none yet: what it says cannot wait. */
  hurry(): void;
}

const patienceMs = 250;
const lookEveryMs = 1_000;
/** Time passing alone is news once a minute. */
const idleEditMs = 60_000;
/** After so many failures in a row it is left alone: progress is decoration. */
const mostFailures = 3;
const mostTodos = 30;
const lineChars = 200;
/** A stage of ours may hold the address of another run. */
const stageChars = 500;

/** The progress comment's text: doing now, to-do list, time taken, tail of what was written. */
export function renderProgress(
  turn: Turn | undefined,
  elapsedMs: number,
  facts: ProgressFacts,
): string {
  const head = `**Working** for ${renderDuration(elapsedMs)} ([run](${facts.runUrl}))`;
  const parts = turn === undefined ? [sentence(facts.stage, stageChars)] : renderTurn(turn, facts);
  return [head, ...parts].filter((part) => part !== '').join('\n\n');
}

/**
 * Creates one progress comment `progressAfterMs` after the start and edits it on change, at most
 * every `progressEveryMs`. What fails is warned of once, and never thrown.
 */
export function startProgress(options: ProgressOptions): Progress {
  const pacer = new Pacer(options);
  return {
    stop: () => pacer.stop(),
    hurry: () => pacer.hurry(),
    async [Symbol.asyncDispose]() {
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, patienceMs);
      await Promise.race([pacer.stop(), patience.promise]);
      clearTimeout(timer);
    },
  };
}

/** The one comment, what it last said and when, and the request under way. */
class Pacer {
  readonly #options: ProgressOptions;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #comment: OwnComment | undefined;
  #content = '';
  #writtenAt = 0;
  #hasBegun = false;
  #failures = 0;
  #ended: Promise<OwnComment | undefined> | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => void this.stop(), {
      once: true,
      signal: this.#stopped.signal,
    });
    if (options.signal.aborted) void this.stop();
    this.#wait(options.startedAt + limits.progressAfterMs - Date.now());
  }

  stop(): Promise<OwnComment | undefined> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  hurry(): void {
    if (this.#hasBegun || this.#stopped.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#look();
  }

  async #end(): Promise<OwnComment | undefined> {
    clearTimeout(this.#timer);
    this.#stopped.abort();
    await this.#writing;
    if (this.#comment !== undefined || this.#failures === 0) return this.#comment;
    const deadline = AbortSignal.timeout(limits.cleanupMs);
    return this.#options.comments.find('progress', deadline).catch(() => undefined);
  }

  #wait(ms: number): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, ms));
    this.#timer.unref();
  }

  #look(): void {
    this.#hasBegun = true;
    try {
      this.#writeNews();
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  #writeNews(): void {
    const { turn, facts, startedAt } = this.#options;
    const now = Date.now();
    const current = turn();
    const content = renderProgress(current, 0, facts());
    const isNews = content !== this.#content || now - this.#writtenAt >= idleEditMs;
    if (!isNews) return this.#wait(lookEveryMs);
    this.#writing = this.#write(renderProgress(current, now - startedAt, facts())).then(
      (isDone) => {
        if (isDone) this.#content = content;
        this.#writtenAt = now;
        if (this.#failures < mostFailures) this.#wait(now + limits.progressEveryMs - Date.now());
      },
    );
  }

  async #write(body: string): Promise<boolean> {
    const { comments, onCreated } = this.#options;
    const deadline = AbortSignal.timeout(limits.requestMs);
    try {
      if (this.#comment === undefined) {
        this.#comment = await comments.create('progress', body, deadline);
        onCreated(this.#comment);
      } else {
        const signal = AbortSignal.any([deadline, this.#stopped.signal]);
        await comments.update(this.#comment, 'progress', body, signal);
      }
      this.#failures = 0;
      return true;
    } catch (thrown) {
      this.#report(thrown);
      return false;
    }
  }

  #report(thrown: unknown): void {
    if (this.#stopped.signal.aborted && this.#comment !== undefined) return;
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#options.warn(`The progress comment could not be written: ${messageOf(thrown)}.`);
  }
}

function renderTurn(turn: Turn, facts: ProgressFacts): string[] {
  const { retry, activity } = turn;
  const doing =
    activity.trim() === '' ? sentence(facts.stage, stageChars) : plain(activity, lineChars);
  const again =
    retry === undefined
      ? ''
      : `**The provider is being tried again** (attempt ${retry.attempt}): ${plain(retry.message, lineChars)}`;
  return [`**Now:** ${doing}`, again, renderTodos(turn.todos), renderTail(turn.texts)];
}

function renderTodos(todos: readonly Todo[]): string {
  const shown = todos.slice(0, mostTodos).map(({ content, status }) => {
    const text = plain(content, lineChars);
    if (status === 'completed') return `- [x] ${text}`;
    if (status === 'cancelled') return `- [x] ~~${text}~~`;
    return status === 'in_progress' ? `- [ ] **${text}**` : `- [ ] ${text}`;
  });
  const hidden = todos.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`- and ${hidden} more`] : [])].join('\n');
}

/** The last of what was written, as code: nothing in it can be rendered, mention anybody, or end it. */
function renderTail(texts: readonly string[]): string {
  const text = endOf(texts);
  if (isBlank(text)) return '';
  const from = Math.max(0, text.length - limits.progressTailChars);
  const start = from === 0 ? 0 : clusterEnd(text, Math.max(0, from - 500), from);
  return codeBlock(`${start === 0 ? '' : '…'}${text.slice(start).trimEnd()}`.toWellFormed());
}

/** Enough of the texts' end to cut the tail from. */
function endOf(texts: readonly string[]): string {
  let text = '';
  for (let index = texts.length - 1; index >= 0 && text.length <= 4_000; index -= 1) {
    const before = texts[index]?.slice(-4_000).trimEnd() ?? '';
    text = text === '' ? before : `${before}\n\n${text}`;
  }
  return text;
}
