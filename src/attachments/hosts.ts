import type { GitHubServer } from './attachment.ts';

/**
 * Where github.com keeps files, and redirects to. Its names under `githubusercontent.com` are in
 * https://docs.github.com/rest/meta/meta (`domains`) and
 * https://docs.github.com/actions/reference/runners/self-hosted-runners; its buckets in the
 * `Content-Security-Policy` that each of its own pages comes with (`img-src`, `media-src`, `connect-src`).
 */
const hostsOfGitHub: ReadonlySet<string> = new Set([
  'github.com',
  'user-images.githubusercontent.com',
  'private-user-images.githubusercontent.com',
  'secured-user-images.githubusercontent.com',
  'objects.githubusercontent.com',
  'objects-origin.githubusercontent.com',
  'github-production-user-asset-6210df.s3.amazonaws.com',
  'github-production-repository-file-5c1aeb.s3.amazonaws.com',
]);

/**
 * Whether a file of the server's may be fetched at this address: on the server itself, and over https
 * on the hosts that GitHub documents for it, names that are looked up nowhere else. Of Enterprise
 * Server and GHE.com those are the subdomains of its own host.
 * https://docs.github.com/enterprise-server/admin/configuring-settings/hardening-security-for-your-enterprise/enabling-subdomain-isolation
 * https://docs.github.com/enterprise-cloud@latest/admin/data-residency/network-details-for-ghecom
 * `further` are origins, for tests.
 */
export function isHostOf(url: URL, { origin }: GitHubServer, further: readonly string[]): boolean {
  const server = new URL(origin);
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === server.origin || further.includes(url.origin)) return true;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  if (server.hostname === 'github.com') return hostsOfGitHub.has(url.hostname);
  return server.protocol === 'https:' && url.hostname.endsWith(`.${server.hostname}`);
}

/**
 * Whether the token may go there: to the server itself, and in plain text only where it is on this
 * machine. A redirect to any other host goes without it.
 */
export function mayHaveToken(url: URL, { origin }: GitHubServer): boolean {
  if (url.origin !== new URL(origin).origin) return false;
  return url.protocol === 'https:' || /^(?:127\.0\.0\.1|\[::1\]|localhost)$/.test(url.hostname);
}
