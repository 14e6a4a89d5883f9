import * as v from 'valibot';
import { diffFilesMax } from '../limits.ts';
import * as limits from '../limits/review.ts';
import { stripMarker } from '../marker.ts';
import type { FormerFinding, ReviewMemory, Severity } from './review.ts';

/** No `-` is in base64, so that nothing in it can end the HTML comment. */
const shape = /(?:^|\n)<!-- mention-loop-review v1 ([A-Za-z0-9+/]{1,20000}={0,2}) -->$/;

const findingSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/)),
  severity: v.picklist(['blocking', 'concern', 'missing-test']),
  title: v.pipe(v.string(), v.maxLength(limits.memoryTitleChars)),
  path: v.optional(v.pipe(v.string(), v.maxLength(limits.memoryPathChars))),
});

const memorySchema = v.object({
  headSha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
  diff: v.pipe(v.string(), v.maxLength(200)),
  verdict: v.picklist(['PASS', 'CONDITIONAL', 'REJECT']),
  risk: v.picklist(['LOW', 'MED', 'HIGH']),
  findings: v.pipe(v.array(findingSchema), v.maxLength(diffFilesMax)),
});

/** The heaviest first. */
const weights: Readonly<Record<Severity, number>> = { blocking: 0, concern: 1, 'missing-test': 2 };

/**
 * What a review remembers, as the hidden line at its very end, of `memoryChars` at most: of findings
 * beyond that, the heaviest are kept. Whatever stands in it is shortened text of the agent, so hand
 * in what secrets have been taken out of: encoded, they would not be found any more.
 */
export function renderMemory(memory: ReviewMemory): string {
  const findings = memory.findings
    .map(shorten)
    .toSorted((one, other) => weights[one.severity] - weights[other.severity]);
  let [least, most] = [0, findings.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    const isFit = encode(memory, findings.slice(0, middle)).length <= limits.memoryChars;
    if (isFit) least = middle;
    else most = middle - 1;
  }
  return encode(memory, findings.slice(0, least));
}

/**
 * What is remembered at the end of a body, before our marker; undefined where there is nothing, or it
 * is none of ours. Anybody can write such a line: ask only of bodies whose author is our own login.
 */
export function findMemory(body: string): ReviewMemory | undefined {
  const [, text] = shape.exec(stripMarker(body).trimEnd()) ?? [];
  if (text === undefined) return undefined;
  const result = v.safeParse(memorySchema, decode(text));
  if (!result.success) return undefined;
  const { findings, ...rest } = result.output;
  return { ...rest, findings: findings.map((each) => ({ ...each, path: each.path })) };
}

function shorten({ id, severity, title, path }: FormerFinding): FormerFinding {
  return {
    id,
    severity,
    title: title.slice(0, limits.memoryTitleChars).toWellFormed(),
    path: path !== undefined && path.length > limits.memoryPathChars ? undefined : path,
  };
}

function encode(memory: ReviewMemory, findings: readonly FormerFinding[]): string {
  const { headSha, diff, verdict, risk } = memory;
  const json = JSON.stringify({ headSha, diff, verdict, risk, findings });
  return `<!-- mention-loop-review v1 ${Buffer.from(json).toString('base64')} -->`;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
