import type { Trigger } from '../event/trigger.ts';
import type { Thread } from '../thread/thread.ts';

/** For whom an answer is, and where: it calls nobody else, and has nothing fetched from elsewhere. */
export interface Audience {
  /** `GITHUB_SERVER_URL`: images may come from this host and those that belong to it. */
  serverUrl: string;
  /** Logins of those who are on the thread, in any case. */
  people: readonly string[];
}

/** Everybody who wrote on the thread or caused the run; `thread` is undefined where it was not read. */
export function peopleOf(
  { actor, comment, request }: Pick<Trigger, 'actor' | 'comment' | 'request'>,
  thread: Thread | undefined,
): string[] {
  const pull = thread?.pull;
  const entries = [
    ...(thread?.entries ?? []),
    ...(pull === undefined ? [] : [...pull.reviews, ...pull.reviewComments, ...pull.reviewThread]),
  ];
  const logins = [actor, comment?.author, request?.author].map((person) => person?.login);
  const known = [...logins, thread?.author].filter((login) => login !== undefined);
  return [...new Set([...known, ...entries.map(({ author }) => author)])];
}

/** GitHub's own hosts for what people upload, avatars and badges of workflows. */
const githubHosts = ['github.com', 'githubusercontent.com', 'githubassets.com'];

/** A host that no address has: what resolves to it was relative, and so GitHub's. */
const nowhere = 'relative.invalid';

/**
 * Whether an image's address, as a browser reads it, is on GitHub itself. What cannot be told for
 * certain, such as an address with character references in it, is not.
 * https://url.spec.whatwg.org/#concept-basic-url-parser
 */
export function isOnGitHub(address: string, { serverUrl }: Audience): boolean {
  const plain = address.replaceAll('&amp;', '&');
  if (/&#?\w+;/.test(plain)) return false;
  const url = URL.parse(plain, `https://${nowhere}/`);
  if (url === null) return false;
  if (url.protocol === 'data:') return true;
  if (!/^https?:$/.test(url.protocol)) return false;
  const server = URL.parse(serverUrl)?.hostname;
  const hosts = server === undefined || server === 'github.com' ? githubHosts : [server];
  return [nowhere, ...hosts].some(
    (host) => url.hostname === host || url.hostname.endsWith(`.${host}`),
  );
}
