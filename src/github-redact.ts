import type { GitHub as Octokit } from '@actions/github/lib/utils';
import { isGraphQLQuery } from './github-retry.ts';

/** What of a call is no content: where it goes, and with what. */
const ownFields = ['method', 'baseUrl', 'url', 'headers', 'mediaType', 'request', 'query'];

/**
 * Has every text in the body of a call that writes pass `redact`, at any depth. What stands in its
 * address is left alone, so that it reaches what it is meant for; so are GraphQL queries.
 */
export function redactWrites(
  { hook }: InstanceType<typeof Octokit>,
  redact: (text: string) => string,
): void {
  hook.before('request', (options) => {
    if (options.method === 'GET' || options.method === 'HEAD' || isGraphQLQuery(options)) return;
    const fields: Record<string, unknown> = options;
    for (const [name, value] of Object.entries(fields)) {
      const isAddress = options.url.includes(`{${name}}`);
      if (!isAddress && !ownFields.includes(name)) fields[name] = redactAll(value, redact);
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
