import { appendFileSync, closeSync, openSync } from 'node:fs';
import { messageOf } from '../errors.ts';
import * as limits from '../limits.ts';
import type { Entry, JournalEntry } from './entries.ts';
import { diffTexts } from './texts.ts';

/** What a run writes down as it goes, for `post` to finish it from, should it be killed. */
export interface Journal extends AsyncDisposable {
  /** False where there is no file to write to: then nothing is kept. */
  isOpen: boolean;
  /** Writes an entry before it returns, after the texts that came before it. */
  note(entry: JournalEntry): void;
  /**
   * Says where the agent's texts are to be had. They are asked for and written at most every
   * `journalEveryMs`, at once if that long ago; only what is new is written.
   */
  noteTexts(texts: () => readonly string[]): void;
  /** Writes what waits. */
  flush(): Promise<void>;
}

/**
 * Starts a journal in a new file, one JSON object a line, readable by its owner only. Writing is
 * synchronous, so that what was noted survives SIGKILL. A journal that cannot be written fails no
 * run: it is warned of once. A file that exists is left alone: nobody else may prepare it. What the
 * agent wrote passes `redact` once more, piece by piece.
 */
export function openJournal(
  path: string,
  warn: (message: string) => void,
  redact = (text: string): string => text,
): Journal {
  return new FileJournal(open(path, warn), warn, redact);
}

/** Adds an entry to a journal that another process has begun. */
export function appendToJournal(path: string, entry: JournalEntry): void {
  appendFileSync(path, `\n${JSON.stringify(entry)}\n`);
}

class FileJournal implements Journal {
  readonly isOpen: boolean;
  readonly #file: number;
  readonly #warn: (message: string) => void;
  readonly #redact: (text: string) => string;
  #texts: (() => readonly string[]) | undefined;
  #written: readonly string[] = [];
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;
  #isClosed = false;

  constructor(
    file: number | undefined,
    warn: (message: string) => void,
    redact: (text: string) => string,
  ) {
    this.isOpen = file !== undefined;
    this.#isClosed = !this.isOpen;
    this.#file = file ?? -1;
    this.#warn = warn;
    this.#redact = redact;
  }

  note(entry: JournalEntry): void {
    this.#writeTexts();
    const { type } = entry;
    if (type !== 'reply') return void this.#append(entry);
    this.#append({ ...entry, comments: entry.comments.map(this.#redact) });
  }

  noteTexts(texts: () => readonly string[]): void {
    if (this.#isClosed) return;
    this.#texts = texts;
    const waitMs = this.#writtenAt + limits.journalEveryMs - performance.now();
    if (waitMs <= 0) return this.#writeTexts();
    this.#timer ??= setTimeout(() => this.#writeTexts(), waitMs).unref();
  }

  flush(): Promise<void> {
    this.#writeTexts();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    await this.flush();
    this.#isClosed = true;
    closeSync(this.#file);
  }

  #writeTexts(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#texts === undefined) return;
    const texts = [...this.#texts()];
    this.#texts = undefined;
    this.#writtenAt = performance.now();
    const change = diffTexts(this.#written, texts);
    if (change === undefined) return;
    const parts = change.parts.map((part) => ({ ...part, text: this.#redact(part.text) }));
    if (!this.#append({ ...change, parts })) return;
    // A piece that came out otherwise is no measure for the next one: that text is written anew.
    for (const [index, { at, text }] of change.parts.entries())
      if (parts[index]?.text !== text) texts[at] = '';
    this.#written = texts;
  }

  /** After a failure the last line may be torn: the next one begins on a new line. */
  #append(entry: Entry): boolean {
    if (this.#isClosed) return false;
    try {
      appendFileSync(this.#file, `${this.#hasFailed ? '\n' : ''}${JSON.stringify(entry)}\n`);
      return true;
    } catch (thrown) {
      if (!this.#hasFailed) this.#warn(`The journal could not be written: ${messageOf(thrown)}.`);
      this.#hasFailed = true;
      return false;
    }
  }
}

function open(path: string, warn: (message: string) => void): number | undefined {
  try {
    return openSync(path, 'ax', 0o600);
  } catch (thrown) {
    const lost = 'should this run be killed, what the agent wrote is lost';
    warn(`The journal could not be started (${messageOf(thrown)}): ${lost}.`);
    return undefined;
  }
}
