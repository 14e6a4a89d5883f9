import * as v from 'valibot';
import { ActionError, messageOf } from '../errors.ts';
import { type Entry, type EntryOf, entrySchema } from './entries.ts';
import { readLines } from './lines.ts';
import { applyTexts } from './texts.ts';

/** All that a journal says. Of what is written down once, the first entry counts; of sessions the last. */
export interface JournalFacts {
  run: EntryOf<'run'> | undefined;
  acknowledgement: EntryOf<'acknowledged'>['acknowledgement'] | undefined;
  server: EntryOf<'server'> | undefined;
  session: EntryOf<'session'> | undefined;
  memory: EntryOf<'memory'> | undefined;
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
    memory: undefined,
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
      facts.session = entry;
      break;
    case 'memory':
      facts.memory = entry;
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

function isMissing(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ENOENT'
  );
}
