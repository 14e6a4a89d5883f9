/** The files that people attach to comments: at their addresses, and signed in rendered comments. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Call } from './call.ts';
import type { RecordedRequest } from './emulator.ts';
import type { Fields } from './example.ts';
import type { GitHubState } from './state.ts';

/** One file as it is served. */
export interface HeldFile {
  content: Uint8Array | string;
  /** The type that its sender claims. */
  type: string;
  /**
   * Who gets it: everybody; whoever has a token; or, of a private repository's image, nobody but by
   * its signed address, as it is for an App's token.
   */
  access: 'public' | 'token' | 'signed';
  /** Sent on to there instead. */
  location: string | undefined;
  /** What makes its signed address good. */
  jwt: string;
}

/** Puts an image on GitHub, as if it was dropped into a comment: its address. */
export function addImage(
  state: GitHubState,
  content: Uint8Array | string,
  draft: Partial<HeldFile> = {},
): string {
  return put(state, `/user-attachments/assets/${randomUUID()}`, content, draft);
}

/** Puts any other file there, under a name. */
export function addFile(
  state: GitHubState,
  name: string,
  content: Uint8Array | string,
  draft: Partial<HeldFile> = {},
): string {
  return put(state, `/user-attachments/files/${state.nextId()}/${name}`, content, draft);
}

function put(
  state: GitHubState,
  path: string,
  content: Uint8Array | string,
  draft: Partial<HeldFile>,
): string {
  const type = 'application/octet-stream';
  const file: HeldFile = {
    type,
    access: 'public',
    location: undefined,
    jwt: randomUUID(),
    ...draft,
    content,
  };
  state.files.set(path, file);
  return state.links.server + path;
}

/** A comment as GitHub renders it, as far as its images go: by addresses that are signed. */
function renderHtml(state: GitHubState, body: string): string {
  const images = [...state.files].filter(
    ([path]) => path.includes('/assets/') && body.includes(path),
  );
  const tags = images.map(
    ([path, { jwt }]) => `<p><img src="${state.links.server}${signedPath(path)}?jwt=${jwt}"></p>`,
  );
  return tags.join('\n');
}

/** The same of what somebody wrote, where a call asks for it. */
export function htmlOf({ state, accept }: Call, { body }: { body: string }): Fields {
  return /\bfull\b/.test(accept) ? { body_html: renderHtml(state, body) } : {};
}

/** As `private-user-images` has it. */
function signedPath(path: string): string {
  return `/private-user-images/1/2-${path.split('/').at(-1)}.png`;
}

/** Serves a file; false where nothing was ever held at that path. */
export function serveFile(
  state: GitHubState,
  request: RecordedRequest,
  response: ServerResponse,
): boolean {
  const { path, query, headers } = request;
  if (!/^\/(?:user-attachments|private-user-images)\//.test(path)) return false;
  const isSigned = path.startsWith('/private-user-images/');
  const file = isSigned
    ? [...state.files].find(([held]) => signedPath(held) === path)?.[1]
    : state.files.get(path);
  const may = isSigned
    ? file?.jwt === query['jwt']
    : file?.access === 'public' || (file?.access === 'token' && 'authorization' in headers);
  request.status = file === undefined || !may ? 404 : file.location === undefined ? 200 : 302;
  if (file?.location !== undefined && may)
    response.writeHead(302, { location: file.location }).end();
  else if (file !== undefined && may)
    response.writeHead(200, { 'content-type': file.type }).end(file.content);
  else response.writeHead(404, { 'content-type': 'text/html' }).end('<!DOCTYPE html>Not Found');
  return true;
}
