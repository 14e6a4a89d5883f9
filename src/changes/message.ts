import { subjectChars } from '../limits/changes.ts';

/** Who asked; `id` is the account's number, which GitHub's own addresses hold. */
export interface Requester {
  login: string;
  id: number;
}

/** What a commit says beside the answer's first line. */
export interface CommitFacts {
  /** The first line where the answer has no word in its beginning. */
  fallback: string;
  runUrl: string;
  serverUrl: string;
  requester: Requester | undefined;
}

/** Where the first words of an answer are looked for. */
const lookedAtChars = 4_000;

/**
 * The message of the commit: the answer's first line, the run, and who asked as co-author. Nothing
 * that the model wrote stands on any but the first line, so none of it is a trailer.
 */
export function commitMessage(answer: string, facts: CommitFacts): string {
  const trailers = [`Run: ${facts.runUrl}`, ...coAuthor(facts)];
  return `${subjectOf(answer, facts.fallback)}\n\n${trailers.join('\n')}\n`;
}

/** Whether a commit's message is one of ours in this repository. */
export function isOwnMessage(message: string, serverUrl: string, repository: string): boolean {
  const runs = `\nRun: ${serverUrl}/${repository}/actions/runs/`;
  return message.toLowerCase().includes(runs.toLowerCase());
}

/**
 * The answer's first line that has words, as plain text under 72 characters, cut between
 * characters as people see them. It calls nobody, closes no issue, and skips no check.
 * https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs
 */
export function subjectOf(answer: string, fallback: string): string {
  const text = answer.slice(0, lookedAtChars).replaceAll(/<!--[^]*?(?:-->|$)/g, ' ');
  let isCode = false;
  for (const line of text.split(/\r\n|\r|\n|\u2028|\u2029/)) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    const words = isCode ? '' : harmlessWords(plainWords(line));
    if (/[\p{L}\p{N}]/u.test(words)) return cut(words);
  }
  return cut(fallback);
}

/** What of a line of Markdown is read. */
function plainWords(line: string): string {
  return line
    .replaceAll(/(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, ' ')
    .replace(/^(?:\s*(?:>|#{1,6}(?=\s)|[-*+](?=\s)|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s)))+/, '')
    .replaceAll(/<\/?[a-z][^<>]*>/gi, '')
    .replaceAll(/\[([^[\]]*)\]\([^()\s]*\)/g, '$1')
    .replaceAll(/[`*]|~~|(?<!\w)_+|_+(?!\w)/g, '');
}

/** Without what GitHub would act on: addresses, mentions, references, `[skip ci]` and trailers. */
function harmlessWords(words: string): string {
  return words
    .replaceAll(/[[\]]/g, '')
    .replaceAll(/https?:\S*/gi, '')
    .replaceAll(/(?<!\w)@/g, '')
    .replaceAll(/#+(?=\d)/g, '')
    .replaceAll(/\bGH-(?=\d)/gi, 'GH ')
    .replaceAll(/-(by|checks)\s*:/gi, '-$1')
    .replaceAll(/\s+/g, ' ')
    .replace(/[\s.:!]+$/, '')
    .trim();
}

function cut(text: string): string {
  if (text.length <= subjectChars) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter('en').segment(text.slice(0, 4 * subjectChars))) {
    if (kept.length + segment.length >= subjectChars) break;
    kept += segment;
  }
  const words = kept.replace(/\s+\S*$/, '');
  return `${(words.length > subjectChars / 2 ? words : kept).trimEnd()}…`;
}

/**
 * https://docs.github.com/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors
 */
function coAuthor({ requester, serverUrl }: CommitFacts): string[] {
  const host = URL.parse(serverUrl)?.hostname ?? '';
  if (requester === undefined || host === '') return [];
  const { login, id } = requester;
  if (!/^[\w-]+(?:\[bot\])?$/.test(login)) return [];
  return [`Co-authored-by: ${login} <${id}+${login}@users.noreply.${host}>`];
}
