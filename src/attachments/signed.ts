import * as v from 'valibot';
import type { GitHub } from '../github.ts';
import type { GitHubServer, Written } from './attachment.ts';
import { isHostOf } from './hosts.ts';

/** Where what is written on a thread is asked for again. */
export interface Spot {
  github: GitHub;
  server: GitHubServer;
  /** As `Fetching` has it. */
  further: readonly string[];
  kind: 'issue' | 'pull';
  /** The thread's. */
  number: number;
}

const renderedSchema = v.object({ body_html: v.optional(v.string(), '') });

/**
 * Looks up the address that GitHub has signed for an image, as it renders a comment for whoever may
 * read it: it needs no token, holds for minutes, and is as secret as the image. The documented way for
 * a token that does not get the image itself, as an App's never does. Every comment is asked for
 * once; undefined where there is none. https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
 */
export function openSigned(
  spot: Spot,
): (from: Written, uuid: string, signal: AbortSignal) => Promise<string | undefined> {
  const rendered = new Map<string, Promise<string>>();
  return async (from, uuid, signal) => {
    const name = `${from.kind} ${from.id}`;
    const html = rendered.get(name) ?? fetchRendered(spot, from, signal);
    rendered.set(name, html);
    return findSigned(await html, uuid, spot);
  };
}

/** The signed address of an image in what GitHub rendered: on its own hosts, with a query. */
export function findSigned(
  html: string,
  uuid: string,
  { server, further }: Pick<Spot, 'server' | 'further'>,
): string | undefined {
  for (const [, address = ''] of html.matchAll(/\s(?:src|href)="([^"]+)"/g)) {
    const url = URL.parse(address.replaceAll('&amp;', '&'));
    if (url === null || url.search === '' || !isHostOf(url, server, further)) continue;
    if (url.pathname.toLowerCase().includes(uuid)) return url.href;
  }
  return undefined;
}

async function fetchRendered(spot: Spot, from: Written, signal: AbortSignal): Promise<string> {
  const headers = { accept: 'application/vnd.github.full+json' };
  try {
    const path = `/repos/${spot.server.repository}/${pathOf(spot, from)}`;
    const { data } = await spot.github.request(`GET ${path}`, { headers, request: { signal } });
    return v.parse(renderedSchema, data).body_html;
  } catch {
    signal.throwIfAborted();
    return '';
  }
}

function pathOf({ kind, number }: Spot, { kind: what, id }: Written): string {
  switch (what) {
    case 'comment':
      return `issues/comments/${id}`;
    case 'review-comment':
      return `pulls/comments/${id}`;
    case 'review':
      return `pulls/${number}/reviews/${id}`;
    case 'opening':
      return `${kind === 'pull' ? 'pulls' : 'issues'}/${number}`;
  }
}
