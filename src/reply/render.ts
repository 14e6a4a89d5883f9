import type { ActionError } from '../errors.ts';
import * as limits from '../limits.ts';
import type { EndedTurn } from '../turn/turn.ts';
import type { Audience } from './audience.ts';
import { type ChangesFacts, renderChanges } from './changes.ts';
import { type RunFacts, renderFacts, renderTools } from './facts.ts';
import { renderHarmless } from './outgoing.ts';
import { isBlank, sentence } from './plain.ts';
import { closingOf, clusterEnd, type Piece, split } from './split.ts';

/** What people get to read. */
export interface Reply {
  /** One to five, in order, none blank; each leaves `limits.markerChars` free. */
  comments: string[];
  /** Markdown for the step summary, at most `limits.summaryBytes` of UTF-8. */
  summary: string;
  /** What the agent wrote and nothing else, whole; empty where it wrote nothing. */
  response: string;
  /** What the last comment gains where the one after it could not be posted; there is room for it. */
  restNotice: string;
}

/** What a reply is made from; `notes` are sentences of ours. */
export interface ReplyInput {
  turn: EndedTurn;
  facts: RunFacts;
  notes: readonly string[];
  /** What the agent changed; undefined where it changed nothing. */
  changes?: ChangesFacts | undefined;
  audience: Audience;
}

/** Room for the lines that tie the comments of one answer together, and for `restNotice`. */
const jointChars = 2_000;

/** An error's sentence may quote a provider's own words, which are of any length. */
const sentenceChars = 2_000;

/**
 * The answer of a run, or what there was of it, as comments and as step summary. The agent's text
 * goes out to the letter (unpaired surrogates, which no UTF-8 can carry, and what `renderHarmless`
 * changes excepted); what it leaves open is closed before anything of ours follows.
 */
export function renderReply(input: ReplyInput): Reply {
  const { turn, facts } = input;
  const texts = (turn.error === undefined ? [answerOf(turn)] : turn.texts)
    .filter((text) => !isBlank(text))
    .map((text) => text.toWellFormed());
  const top = introduction(turn, texts.length === 0);
  const body = texts
    .map((text) => renderHarmless(text, input.audience))
    .map((text, index) => (index === 0 ? text : `\n\n${text}`));
  const whole = body.map((text, index) =>
    index < body.length - 1 ? text + closingOf(text) : text,
  );
  const notes = renderNotes(input.notes, turn.isCutOff);
  const changes = input.changes && renderChanges(input.changes);
  const table = renderFacts(facts, turn);
  const answer = whole.join('');
  const below = (changes?.comment ?? '') + notes;
  return {
    comments: renderComments(top, answer, below, table, facts.runUrl),
    summary: renderSummary(top, answer, (changes?.summary ?? '') + notes, table),
    response: texts.join('\n\n'),
    restNotice: restNotice(facts.runUrl, 'The rest of this answer could not be posted here. '),
  };
}

/** The one comment for a run that could not start: why, what to do, and the run in a fold. */
export function renderFailure(error: ActionError, facts: RunFacts): Reply {
  return renderSentence(warning(error.sentence), facts);
}

/** The one comment for a run that was not to begin, which is no failure: why, and the run in a fold. */
export function renderSkipped(why: string, facts: RunFacts): Reply {
  return renderSentence(`> [!NOTE]\n> ${sentence(why, sentenceChars)}`, facts);
}

function renderSentence(top: string, facts: RunFacts): Reply {
  const table = renderFacts(facts, undefined);
  return {
    comments: [`${top}${fold(table)}`],
    summary: `${table}\n\n${top}\n`,
    response: '',
    restNotice: '',
  };
}

/** The last message that has text; a turn whose last message has none falls back to its last text. */
function answerOf(turn: EndedTurn): string {
  return isBlank(turn.answer) ? (turn.texts.findLast((text) => !isBlank(text)) ?? '') : turn.answer;
}

function introduction({ error, tools }: EndedTurn, isEmpty: boolean): string {
  if (error !== undefined) {
    const silence = isEmpty ? '\n\nThe agent had written nothing by then.' : '';
    return warning(error.sentence) + silence;
  }
  if (!isEmpty) return '';
  const used = renderTools(tools);
  return used === ''
    ? 'The agent ended its turn without writing anything, and used no tools.'
    : `The agent ended its turn without writing anything. It used these tools: ${used}.`;
}

function renderComments(
  top: string,
  body: string,
  below: string,
  table: string,
  runUrl: string,
): string[] {
  const bottom = below + fold(table);
  const taken = limits.markerChars + jointChars + top.length + bottom.length;
  const { pieces, rest } = split(body, limits.commentChars - taken, limits.commentsPerAnswer);
  const cut = rest === '' ? '' : restNotice(runUrl, 'This answer is longer than its comments. ');
  return pieces.map((piece, index) => {
    const isLast = index === pieces.length - 1;
    const count = `${index + 1}/${pieces.length}`;
    const before = index === 0 ? top : `*Continued (${count})*`;
    const after = isLast ? cut + bottom : `\n\n*Continued in the next comment (${count})*`;
    return join(before, piece) + after;
  });
}

function join(before: string, { lead, body, tail }: Piece): string {
  return before === '' || body === ''
    ? before + lead + body + tail
    : `${before}\n\n${lead}${body}${tail}`;
}

function renderSummary(top: string, body: string, below: string, table: string): string {
  const before = `${[table, top].filter((text) => text !== '').join('\n\n')}\n\n`;
  const after = `${below}\n`;
  const note = `\n\n*The answer goes on: it is cut here at ${limits.summaryBytes / 1024} KiB, since a step summary holds no more.*`;
  const taken = Buffer.byteLength(before + note + after) + jointChars;
  const end = endWithin(body, limits.summaryBytes - taken);
  const shown = body.slice(0, end);
  return before + shown + closingOf(shown) + (end < body.length ? note : '') + after;
}

/** Where a text is cut to be at most so many bytes of UTF-8: after a line, if one ends near. */
function endWithin(text: string, bytes: number): number {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  if (read === text.length) return read;
  const near = read - 10_000;
  const lineEnd = text.lastIndexOf('\n', read - 1) + 1;
  return lineEnd > near ? lineEnd : clusterEnd(text, near, read);
}

/** Sentences of ours as a note that begins a paragraph; empty for none. */
export function renderNotes(notes: readonly string[], isCutOff: boolean): string {
  const cutOff = 'The answer ends where the model reached its length limit. Ask it to go on.';
  const all = [...new Set(isCutOff ? [...notes, cutOff] : notes)].filter(
    (note) => note.trim() !== '',
  );
  if (all.length === 0) return '';
  return `\n\n> [!NOTE]\n${all.map((note) => `> ${sentence(note, sentenceChars)}`).join('\n>\n')}`;
}

function warning(text: string): string {
  return `> [!WARNING]\n> ${sentence(text, sentenceChars)}`;
}

/** The run's table (`renderFacts`), folded away below what it is about. */
export function fold(table: string): string {
  return `\n\n<details>\n<summary>Run summary</summary>\n\n${table}\n\n</details>`;
}

function restNotice(runUrl: string, what: string): string {
  return `\n\n*${what}The whole of it stands in [the run's summary](${runUrl}).*`;
}
