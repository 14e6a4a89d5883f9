import * as limits from '../limits.ts';
import type { PlannedFinding, ReviewPlan } from '../review/plan.ts';
import type { Severity } from '../review/review.ts';
import type { EndedTurn } from '../turn/turn.ts';
import type { Audience } from './audience.ts';
import { type RunFacts, renderFacts } from './facts.ts';
import { renderHarmless, renderInert } from './outgoing.ts';
import { code, sentence } from './plain.ts';
import { fold, type Reply, renderNotes } from './render.ts';
import {
  type Fitted,
  cutMarkdown,
  findingPart,
  fitParts,
  formerPart,
  neutralise,
  type Part,
  placeName,
  renderFix,
  renderTitle,
  verifiedPart,
} from './review-parts.ts';

/** What a review's body is made from; `notes` are sentences of ours. */
export interface ReviewReplyInput {
  plan: ReviewPlan;
  turn: EndedTurn;
  facts: RunFacts;
  notes: readonly string[];
  /** Why the formal state is not the one that the verdict asks for (`decideState`); else empty. */
  refusal: string;
  /** What the review remembers (`renderMemory`), which goes to its very end. */
  hidden: string;
  audience: Audience;
}

/**
 * What of a review the step summary shows: more than all findings take that are not made to be long,
 * and no more than is made harmless in a second or two, were it so.
 */
const summaryChars = 150_000;

/** A title, what was moved where, and a suggestion of 10,000 characters between its fences fit beside it. */
const inlineBodyChars = 30_000;

const headings: readonly [Severity, string][] = [
  ['blocking', 'Blocking issues'],
  ['concern', 'Non-blocking concerns'],
  ['missing-test', 'Missing tests'],
];

/**
 * A review's body, as a reply of one comment. What does not fit gives way, the least important first
 * (what was verified, then the words of missing tests, of concerns, of blocking issues, then their
 * lines), and the body says so. The agent's words are made harmless as a whole: a definition in one
 * finding could make an image of a reference in another.
 */
export function renderReviewReply(input: ReviewReplyInput): Reply {
  const { facts, turn, hidden } = input;
  const table = renderFacts(facts, turn);
  const bottom = renderNotes(input.notes, turn.isCutOff);
  const below = `${bottom}${fold(table)}${hidden === '' ? '' : `\n\n${hidden}`}`;
  const room = limits.commentChars - limits.markerChars - below.length;
  const short = renderWithin(input, room);
  const long = short.isCut ? renderWithin(input, summaryChars) : short;
  return {
    comments: [short.text + below],
    summary: `${table}\n\n${long.text}${bottom}\n`,
    response: renderBody(input, limits.responseBytes / 3).text,
    restNotice: '',
  };
}

/** What making it harmless adds is known only behind it; a sixteenth of the room is enough always. */
function renderWithin(input: ReviewReplyInput, room: number): Body {
  for (const part of [1, 1.25, 4, 16]) {
    const { text, isCut } = renderBody(input, room / part);
    const shown = renderHarmless(text, input.audience);
    if (shown.length <= room) return { text: shown, isCut };
  }
  const { text } = renderBody(input, room / 16);
  return { text: cutMarkdown(renderInert(text), room / 2), isCut: true };
}

interface Body {
  text: string;
  /** Whether something had to give way. */
  isCut: boolean;
}

function renderBody({ plan, refusal, facts }: ReviewReplyInput, room: number): Body {
  const said = [plan.verdictNote, refusal].filter((text) => text !== '');
  const top = [
    `**Verdict**: ${plan.verdict}`,
    ...(said.length === 0 ? [] : [`> [!NOTE]\n${said.map(quote).join('\n>\n')}`]),
  ];
  const reason = cutMarkdown(neutralise(plan.risk.reason), 2_000);
  const risk = [`**Risk**: ${plan.risk.level}`, ...(reason === '' ? [] : [reason])];
  const sections = sectionsOf(plan);
  const headingChars = 2_000;
  const taken = [...top, ...risk].join('\n\n').length + headingChars;
  const fitted = fitParts(
    sections.flatMap(({ parts }) => parts),
    room - taken,
  );
  let at = 0;
  const shown = sections.map(({ heading, parts }) => {
    const texts = fitted.texts.slice(at, (at += parts.length)).filter((text) => text !== '');
    return `**${heading}**\n\n${texts.join('\n\n') || (parts.length === 0 ? 'None' : '…')}`;
  });
  const cut = renderCut(fitted, facts.runUrl);
  const [verified = '', ...rest] = shown;
  const former = plan.isAgain ? rest.slice(headings.length) : [];
  const all = [...top, verified, ...rest.slice(0, headings.length), ...risk, ...former, ...cut];
  return { text: all.join('\n\n'), isCut: cut.length > 0 };
}

interface Section {
  heading: string;
  parts: Part[];
}

function sectionsOf(plan: ReviewPlan): Section[] {
  const sections = headings.map(([severity, heading]) => ({
    heading,
    parts: plan.findings.filter((each) => each.severity === severity).map(findingPart),
  }));
  const former = [
    ...plan.open.map((each) => formerPart('Still open', each)),
    ...plan.fixed.map((each) => formerPart('Fixed', each)),
  ];
  return [
    { heading: 'Verified', parts: [verifiedPart(plan.verified)] },
    ...sections,
    ...(plan.isAgain ? [{ heading: 'Earlier findings', parts: former }] : []),
  ];
}

function renderCut({ shortened, leftOut }: Fitted, runUrl: string): string[] {
  const cut = [
    ...(shortened === 0 ? [] : [`${shortened} of its parts are shortened`]),
    ...(leftOut === 0 ? [] : [`${leftOut} are left out`]),
  ];
  if (cut.length === 0) return [];
  return [
    `*This review is longer than GitHub takes: ${cut.join(', ')}, the least important first. The whole of it stands in [the run's summary](${runUrl}).*`,
  ];
}

function quote(text: string): string {
  return `> ${sentence(text, 2_000)}`;
}

const names: Readonly<Record<Severity, string>> = {
  blocking: 'Blocking',
  concern: 'Concern',
  'missing-test': 'Missing test',
};

/**
 * The body of a finding's inline comment, without its marker. The suggestion is not touched by what makes the words harmless: whoever takes it
 * over gets these lines to the letter.
 */
export function renderInlineComment(finding: PlannedFinding, audience: Audience): string {
  const { severity, title, body, isNew, inline, suggestion } = finding;
  const first = `**${names[severity]}**: ${renderTitle(title)}${isNew ? ' **(new)**' : ''}`;
  const canSuggest = inline?.canSuggest === true && suggestion !== undefined;
  const fix = canSuggest ? '' : renderFix(finding);
  const words = [first, neutralise(body), fix].filter((text) => text !== '').join('\n\n');
  const harmless = renderHarmless(words, audience);
  const moved =
    inline?.from === undefined
      ? ''
      : `*Meant for ${code(placeName(inline.from))}, where the diff takes no comment.*`;
  const parts = [
    cutMarkdown(harmless, inlineBodyChars),
    canSuggest ? renderSuggestion(suggestion) : '',
    moved,
  ];
  return parts.filter((text) => text !== '').join('\n\n');
}

/** The lines between a fence that none of them can end; none for lines to be deleted. */
function renderSuggestion(suggestion: string): string {
  const runs = suggestion.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  const lines = suggestion === '' || suggestion.endsWith('\n') ? suggestion : `${suggestion}\n`;
  return `${fence}suggestion\n${lines}${fence}`;
}
