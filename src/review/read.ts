import * as v from 'valibot';
import * as limits from '../limits/review.ts';
import { readPlace } from './read-place.ts';
import type { Finding, Follow, Review } from './review.ts';

/** A review as it was read. */
export interface ReadReview {
  /** Undefined where the answer cannot be used; beside problems, what can be used of it. */
  review: Review | undefined;
  /** What is wrong, as sentences for the agent, who may give its answer anew; empty for nothing. */
  problems: string[];
}

const text = v.pipe(v.nullish(v.string(), ''), v.transform(clean));

/** One of a few words, in any letter case; a space or `_` is as good as a `-`. */
function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  const folded = (value: string): string =>
    value
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, '-');
  return v.pipe(
    v.string(),
    v.transform((value) => values.find((each) => folded(each) === folded(value)) ?? value),
    v.picklist(values),
  );
}

const findingSchema = v.object({
  severity: choice(['blocking', 'concern', 'missing-test']),
  title: text,
  body: text,
  place: v.pipe(v.optional(v.unknown()), v.transform(readPlace)),
  suggestion: v.pipe(
    v.nullish(v.string()),
    v.transform((value) => value?.toWellFormed().replaceAll('\0', '')),
  ),
});

const reviewSchema = v.object({
  verdict: choice(['PASS', 'CONDITIONAL', 'REJECT']),
  verified: text,
  findings: v.array(findingSchema),
  risk: v.object({ level: choice(['LOW', 'MED', 'HIGH']), reason: text }),
  former: v.pipe(v.optional(v.unknown(), null), v.transform(readFollows)),
});

/**
 * Reads the agent's answer to `reviewSchema`, an object or JSON as text. A place that is none is no
 * reason to refuse: the finding is about no lines then. What is too long is cut, and what does not fit
 * together (PASS with a blocking finding, REJECT without one) is left to `planReview`: both are
 * problems beside a review, so that a repair round that brings nothing better loses nothing.
 */
export function readReview(answer: unknown): ReadReview {
  if (typeof answer === 'string') return readReviewText(answer);
  const result = v.safeParse(reviewSchema, answer);
  if (!result.success)
    return {
      review: undefined,
      problems: result.issues.slice(0, limits.problemsTold).map(sentenceOf),
    };
  const { findings, ...rest } = result.output;
  const problems = findProblems(result.output);
  const ordered = findings.map(bound).toSorted((one, other) => rankOf(one) - rankOf(other));
  const review = {
    ...rest,
    verified: cut(rest.verified, limits.verifiedChars),
    risk: { ...rest.risk, reason: cut(rest.risk.reason, limits.reasonChars) },
    findings: ordered.slice(0, limits.findingsMax),
  };
  return { review, problems: problems.slice(0, limits.problemsTold) };
}

/** The same from a text: all of it is JSON, or a fence in it, or what is between its outer braces. */
export function readReviewText(answer: string): ReadReview {
  const none = 'The answer holds no JSON object with the members of a review.';
  if (answer.length > limits.answerChars) return { review: undefined, problems: [none] };
  const fences = answer.split(/^ {0,3}`{3,}.*$/m);
  const braces = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1);
  const found = [...fences.toReversed(), braces]
    .filter((piece) => piece.trimStart().startsWith('{'))
    .map(parse)
    .find((value) => typeof value === 'object' && value !== null && 'verdict' in value);
  return found === undefined ? { review: undefined, problems: [none] } : readReview(found);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What cannot be read of a former finding's state leaves the finding open. */
function readFollows(raw: unknown): Follow[] {
  if (!Array.isArray(raw)) return [];
  const schema = v.object({ id: v.string(), state: choice(['fixed', 'open']) });
  return raw.flatMap((each: unknown) => {
    const result = v.safeParse(schema, each);
    return result.success ? [result.output] : [];
  });
}

type Raw = v.InferOutput<typeof reviewSchema>;

function findProblems({ verdict, verified, findings, former, risk }: Raw): string[] {
  const blocking = findings.filter(({ severity }) => severity === 'blocking').length;
  const isAlone = blocking === 0 && former.every(({ state }) => state === 'fixed');
  const long = (name: string, value: string, most: number): string[] =>
    value.length <= most
      ? []
      : [`\`${name}\` has ${value.length} characters; at most ${most} are shown.`];
  return [
    ...(verdict === 'PASS' && blocking > 0
      ? ['`verdict` is PASS, but a finding is blocking: one of the two must be changed.']
      : []),
    ...(verdict === 'REJECT' && isAlone
      ? ['`verdict` is REJECT, but no finding is blocking: name what must change before a merge.']
      : []),
    ...(findings.length > limits.findingsMax
      ? [`\`findings\` has ${findings.length} items; at most ${limits.findingsMax} are shown.`]
      : []),
    ...long('verified', verified, limits.verifiedChars),
    ...long('risk.reason', risk.reason, limits.reasonChars),
    ...findings.flatMap(({ title, body, suggestion = '' }, at) => [
      ...(title === '' ? [`\`findings.${at}.title\` is empty.`] : []),
      ...long(`findings.${at}.title`, title, limits.titleChars),
      ...long(`findings.${at}.body`, body, limits.findingChars),
      ...long(`findings.${at}.suggestion`, suggestion, limits.suggestionChars),
    ]),
  ];
}

/** Half a suggestion would be a wrong one. */
function bound({ severity, title, body, place, suggestion }: Raw['findings'][number]): Finding {
  const first = title === '' ? body : title;
  const isLong = suggestion !== undefined && suggestion.length > limits.suggestionChars;
  return {
    severity,
    title:
      cut(first.replaceAll(/\s+/g, ' ').trim(), limits.titleChars) || 'A finding without a title',
    body: cut(body, limits.findingChars),
    place,
    suggestion: isLong ? undefined : suggestion,
  };
}

const ranks: readonly Finding['severity'][] = ['blocking', 'concern', 'missing-test'];

function rankOf({ severity }: Finding): number {
  return ranks.indexOf(severity);
}

/** A NUL, which GitHub takes in no text, and halves of surrogate pairs are left out. */
function clean(value: string): string {
  return value.replaceAll('\0', '').toWellFormed().trim();
}

function cut(value: string, most: number): string {
  return value.length <= most ? value : `${value.slice(0, most - 1)}…`.toWellFormed();
}

/** What the schema refuses, with the member's name and what it should be. */
function sentenceOf(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue);
  const what = name === null ? 'The answer' : `\`${name}\``;
  const { expected, received } = issue;
  return `${what} must be ${shorten(expected ?? 'something else')}, and is ${shorten(received)}.`;
}

function shorten(value: string): string {
  return value.length <= 80 ? value : `${value.slice(0, 79)}…`.toWellFormed();
}
