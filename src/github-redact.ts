import type { GitHub as Octokit } from '@actions/github/lib/utils';
import { isGraphQLQuery } from './github-retry.ts';

/** What of a call is no content: where it goes, and with what. */
const ownFields = ['method', 'baseUrl', 'url', 'headers', 'mediaType', 'request', 'query'];

/**
 * The files of a push, by the call that carries them: they must arrive to the byte, for their tree is
 * compared with the one that was made here. Secrets are looked for in them before (src/changes).
 */
const files: Readonly<Record<string, string>> = {
  'POST /repos/{owner}/{repo}/git/blobs': 'content',
  'POST /repos/{owner}/{repo}/git/trees': 'tree',
};

/**
 * Has every text in the body of a call that writes pass `redact`, at any depth. What stands in its
 * address is left alone, so that it reaches what it is meant for; so are GraphQL queries, and files.
 */
export function redactWrites(
  { hook }: InstanceType<typeof Octokit>,
  redact: (text: string) => string,
): void {
  hook.before('request', (options) => {
    if (options.method === 'GET' || options.method === 'HEAD' || isGraphQLQuery(options)) return;
    const fields: Record<string, unknown> = options;
    const file = files[`${options.method} ${options.url}`];
    for (const [name, value] of Object.entries(fields)) {
      const isAddress = options.url.includes(`{${name}}`);
      const stays = isAddress || name === file || ownFields.includes(name);
      if (!stays) fields[name] = redactAll(value, redact);
    }
  });
}

function redactAll(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((each) => redactAll(each, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, redactAll(member, redact)]),
  );
}
