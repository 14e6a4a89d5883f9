import * as v from 'valibot';

import { ActionError } from '../errors.ts';

const configErrorShape = v.object({
  name: v.pipe(v.string(), v.regex(/^Config\w*Error$/)),
  data: v.object({
    path: v.string(),
    issues: v.optional(
      v.array(v.object({ path: v.array(v.union([v.string(), v.number()])), message: v.string() })),
      [],
    ),
  }),
});

/** Issues that are named; one wrong word can break many fields. */
const mostIssues = 3;

/** What a message says of the value that was found is left out: it may be a key. */
const foundValue = /, got .*$/s;

/**
 * What OpenCode 1.18 answers (400) to every call while it cannot use its configuration, as an error
 * that names the file and the field; undefined for any other body. No value of it is quoted.
 */
export function readConfigError(body: string): ActionError | undefined {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), configErrorShape), body);
  if (!read.success) return undefined;
  const { path, issues } = read.output.data;
  const named = issues
    .slice(0, mostIssues)
    .map((issue) => `\`${issue.path.join('.')}\`: ${issue.message.replace(foundValue, '')}`);
  const what = named.length === 0 ? 'it is no valid JSON' : named.join('; ');
  return new ActionError(
    'invalid-input',
    `OpenCode cannot use its configuration in \`${path}\`: ${what}.`,
    {
      hint: 'Correct it there; `OPENCODE_CONFIG_CONTENT` is what the input `opencode-config` gives.',
    },
  );
}
