import { GitHub as Octokit, getOctokitOptions } from '@actions/github/lib/utils';
import { ActionError, messageOf } from './errors.ts';
import { addRetries, readFailedRequest } from './github-retry.ts';
import type { FailedRequest } from './github-retry.ts';
import { redactWrites } from './github-redact.ts';
import { requestMs } from './limits.ts';

/** The one client of GitHub's API: Octokit's `rest`, `graphql`, `paginate` and `request`. */
export type GitHub = InstanceType<typeof Octokit>;

/**
 * Makes the client; proxies are taken from the environment as `@actions/github` does it.
 * `apiUrl` is the runner's `GITHUB_API_URL`. What is safe to repeat (GET, PUT, PATCH, DELETE and
 * GraphQL queries, POSTs of git's objects) is tried up to `githubAttempts` times after a 5xx, a broken
 * connection, a timeout or a rate limit, so that a repeated DELETE may find nothing left (404). Other
 * POSTs are sent once. Every text that a write carries passes `redact`, but for the files of a push.
 * A call's `request: { signal }` ends it and its pauses at once, and throws the signal's reason.
 */
export function createGitHub(options: {
  token: string;
  apiUrl: string;
  redact?: (text: string) => string;
}): GitHub {
  const baseUrl = options.apiUrl.replace(/\/+$/, '');
  const github = new Octokit(
    getOctokitOptions(options.token, { baseUrl, userAgent: 'mention-loop' }),
  );
  addRetries(github);
  if (options.redact !== undefined) redactWrites(github, options.redact);
  return github;
}

/**
 * The login of the token's own account (`GET /user` is refused to `GITHUB_TOKEN`).
 * Throws `github-error` where GitHub does not say.
 * https://docs.github.com/graphql/reference/queries
 */
export async function viewerLogin(github: GitHub, signal: AbortSignal): Promise<string> {
  const attempted = "ask for the token's own login";
  const query = '{ viewer { login } }';
  const answer = await github
    .graphql<{ viewer?: { login?: unknown } } | undefined>(query, { request: { signal } })
    .catch((thrown: unknown) => {
      throw toGitHubError(thrown, attempted);
    });
  const login = answer?.viewer?.login;
  if (typeof login === 'string' && login !== '') return login;
  throw new ActionError('github-error', `Could not ${attempted}: GitHub's answer names none.`, {
    hint: 'Look at the input `github-token`.',
  });
}

/**
 * What a call of GitHub threw, as the error that people read. `attempted` completes "Could not ...",
 * for example `read the comments of #12`. An `ActionError`, such as an abort's reason, is returned
 * as it is. `retryable` is true where the same call may succeed later (5xx, no answer, rate limits).
 */
export function toGitHubError(thrown: unknown, attempted: string): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const failed = readFailedRequest(thrown);
  const isRetryable =
    failed !== undefined && (failed.isRateLimited || (failed.status ?? 500) >= 500);
  const happened = failed === undefined ? messageOf(thrown) : describe(failed, thrown);
  return new ActionError('github-error', `Could not ${attempted}: ${happened}.`, {
    hint: failed === undefined ? '' : hintFor(failed),
    retryable: isRetryable,
    cause: thrown,
  });
}

function describe({ method, url, status }: FailedRequest, thrown: unknown): string {
  const call = `${method} ${pathOf(url)}`;
  if (status !== undefined) return `GitHub answered ${call} with ${status}`;
  return `${call} got no answer (${causeOf(thrown)})`;
}

function causeOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return `none in ${requestMs / 1000} s`;
  return messageOf(thrown);
}

function hintFor(failed: FailedRequest): string {
  const { status, isRateLimited } = failed;
  if (isRateLimited) return "The token's rate limit is used up: run it again later.";
  if (status === 401) return 'The input `github-token` is not valid, or no longer.';
  if (status === 403 || status === 404) {
    const permission = permissionFor(failed);
    return permission === undefined
      ? ''
      : `The job probably lacks the permission \`${permission}\`.`;
  }
  if (status === undefined) return 'Look at the network between the runner and GitHub.';
  return status >= 500 ? 'See https://www.githubstatus.com, or run it again.' : '';
}

/** GitHub names what a call needs in a header; where it does not, the address tells. */
function permissionFor({ headers, url, method }: FailedRequest): string | undefined {
  const accepted = headers['x-accepted-github-permissions'] ?? '';
  const named = /^([a-z_]+)=(read|write|admin)\b/.exec(accepted);
  if (named !== null) return `${named[1]?.replaceAll('_', '-')}: ${named[2]}`;
  const level = method === 'GET' ? 'read' : 'write';
  const [, scope] = scopes.find(([pattern]) => pattern.test(pathOf(url))) ?? [];
  return scope === undefined ? undefined : `${scope}: ${level}`;
}

/** By the first match. https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
const scopes: ReadonlyArray<readonly [RegExp, string]> = [
  [/\/repos\/[^/]+\/[^/]+\/(issues|labels)\b/, 'issues'],
  [/\/repos\/[^/]+\/[^/]+\/pulls\b/, 'pull-requests'],
  [/\/repos\/[^/]+\/[^/]+\/(contents|git|compare|commits)\b/, 'contents'],
  [/\/repos\/[^/]+\/[^/]+\/actions\b/, 'actions'],
];

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? url;
}
