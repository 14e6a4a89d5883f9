import { findingsMax } from '../limits/review.ts';

const text = (description: string) => ({ type: 'string', description });
const choice = (values: readonly string[], description: string) => ({
  type: 'string',
  enum: values,
  description,
});
const optional = (type: string, description: string) => ({ type: [type, 'null'], description });
const object = (properties: Record<string, unknown>, type: unknown = 'object') => ({
  type,
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const place = object(
  {
    path: text('The path from the top of the repository, as the diff has it after the change.'),
    side: choice(
      ['LEFT', 'RIGHT'],
      'RIGHT: lines are counted in the file after the change. LEFT: before it, for removed lines.',
    ),
    line: {
      type: 'integer',
      description: 'The last line that the finding is about, from 1. It must be in the diff.',
    },
    startLine: optional('integer', 'The first line, if there are several; null for one line.'),
  },
  ['object', 'null'],
);

const finding = object({
  severity: choice(
    ['blocking', 'concern', 'missing-test'],
    'blocking: must be changed before a merge. concern: should be. missing-test: behaviour that no test shows.',
  ),
  title: text('One line that says what is wrong.'),
  body: text('Markdown: why it is wrong, when it happens, and what to do. May be empty.'),
  place: { ...place, description: 'Where it is; null if it is about no lines.' },
  suggestion: optional(
    'string',
    'What exactly the lines of `place` are to be replaced with, indentation included; null for none.',
  ),
});

/**
 * What the agent's answer must be, for `Prompt.schema`; read it by `readReview`. Only what strict
 * structured output takes at every provider: all properties are required, with null for none, and no
 * bounds (`readReview` has them). https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export const reviewSchema: Readonly<Record<string, unknown>> = object({
  verdict: choice(
    ['PASS', 'CONDITIONAL', 'REJECT'],
    'PASS: fit to be merged, no finding is blocking. CONDITIONAL: fit once what is named is settled. REJECT: not fit.',
  ),
  verified: text('Markdown: what was read, run and tried, and what came of it.'),
  findings: {
    type: 'array',
    items: finding,
    description: `What was found, the most important first, at most ${findingsMax}. Without what former reviews found already.`,
  },
  risk: object({
    level: choice(['LOW', 'MED', 'HIGH'], 'How much can go wrong with this change.'),
    reason: text('Why, in one or two sentences.'),
  }),
  former: {
    type: 'array',
    items: object({
      id: text('The id that the finding was given.'),
      state: choice(['fixed', 'open'], 'fixed: it is wrong no more. open: all else.'),
    }),
    description: 'Each finding of former reviews that was given; empty if none was.',
  },
});
