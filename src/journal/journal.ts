import { appendFileSync, closeSync, openSync } from 'node:fs';
import * as v from 'valibot';
import { ActionError, messageOf } from '../errors.ts';
import * as limits from '../limits.ts';
import { type Entry, type EntryOf, entrySchema, type JournalEntry } from './entries.ts';
import { readLines } from './lines.ts';
import { applyTexts, diffTexts } from './texts.ts';

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

/** All that a journal says. Of what is written down once, the first entry counts. */
export interface JournalFacts {
  run: EntryOf<'run'> | undefined;
  acknowledgement: EntryOf<'acknowledged'>['acknowledgement'] | undefined;
  server: EntryOf<'server'> | undefined;
  session: EntryOf<'session'> | undefined;
  checkout: EntryOf<'checkout'>['restore'] | undefined;
  isolation: EntryOf<'isolation'>['facts'] | undefined;
  lock: EntryOf<'lock'> | undefined;
  changes: EntryOf<'changes'> | undefined;
  progress: EntryOf<'progress'>['comment'] | undefined;
  /** The comments that hold the answer, in order; empty where it had not been posted. */
  answered: EntryOf<'answered'>['comment'][];
  /** What was to be put on the thread, where it came so far. */
  reply: EntryOf<'reply'> | undefined;
  /** The run's outcome, where nothing is left to do. */
  finished: EntryOf<'finished'>['outcome'] | undefined;
  /** The root session's texts, in order. */
  texts: string[];
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

/**
 * What a journal says. Lines that are cut short, too long (`limits.eventBytes`) or not ours are
 * passed over; undefined where no line is ours, or there is no file. Throws `internal-error` only
 * if a file that is there cannot be read.
 */
export async function readJournal(path: string): Promise<JournalFacts | undefined> {
  let facts: JournalFacts | undefined;
  try {
    for await (const line of readLines(path)) {
      const entry = parseEntry(line);
      if (entry !== undefined) fold((facts ??= noFacts()), entry);
    }
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw new ActionError('internal-error', `Reading the journal failed: ${messageOf(thrown)}.`, {
      hint: 'What a killed run left behind has to be tidied up by hand.',
      cause: thrown,
    });
  }
  return facts;
}

/** What is known where there is no journal. */
export function noFacts(): JournalFacts {
  return {
    run: undefined,
    acknowledgement: undefined,
    server: undefined,
    session: undefined,
    checkout: undefined,
    isolation: undefined,
    lock: undefined,
    changes: undefined,
    progress: undefined,
    answered: [],
    reply: undefined,
    finished: undefined,
    texts: [],
  };
}

function fold(facts: JournalFacts, entry: Entry): void {
  switch (entry.type) {
    case 'run':
      facts.run ??= entry;
      break;
    case 'server':
      facts.server ??= entry;
      break;
    case 'session':
      facts.session ??= entry;
      break;
    case 'acknowledged':
      facts.acknowledgement ??= entry.acknowledgement;
      break;
    case 'checkout':
      facts.checkout ??= entry.restore;
      break;
    case 'isolation':
      facts.isolation ??= entry.facts;
      break;
    case 'lock':
      facts.lock ??= entry;
      break;
    case 'changes':
      facts.changes = entry;
      break;
    case 'progress':
      facts.progress ??= entry.comment;
      break;
    case 'answered':
      facts.answered.push(entry.comment);
      break;
    case 'reply':
      facts.reply ??= entry;
      break;
    case 'finished':
      facts.finished ??= entry.outcome;
      break;
    case 'text':
      applyTexts(facts.texts, entry);
      break;
  }
}

function parseEntry(line: string): Entry | undefined {
  try {
    const result = v.safeParse(entrySchema, JSON.parse(line));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
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

function isMissing(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ENOENT'
  );
}
