import type { GitHubServer, Held } from './attachment.ts';

const uuid = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;

/**
 * The file that an address names, where GitHub itself holds it for what is attached to comments;
 * undefined for every other address: nothing else is fetched. Nobody documents them in one place:
 * https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/attaching-files
 * (`/user-attachments/`), its earlier forms (`/OWNER/REPO/assets/`, `/OWNER/REPO/files/`),
 * https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-anonymized-urls
 * (`private-user-images`), and, of Enterprise Server, what `/media/` and `/storage/` hold:
 * https://docs.github.com/enterprise-server/admin/configuring-settings/hardening-security-for-your-enterprise/enabling-subdomain-isolation
 */
export function readHeld(address: string, { origin, repository }: GitHubServer): Held | undefined {
  const url = URL.parse(address);
  const server = URL.parse(origin);
  if (url === null || server === null || url.username !== '' || url.password !== '')
    return undefined;
  if (url.origin === server.origin) return readOwn(url, repository);
  if (url.protocol !== 'https:' || url.port !== '') return undefined;
  if (server.hostname === 'github.com') return readImage(url);
  if (url.hostname !== `media.${server.hostname}`) return undefined;
  return readStored(url, /^\/user\/\d+\/files\//);
}

function readOwn(url: URL, repository: string): Held | undefined {
  const path = url.pathname;
  const own = `/${repository}/`.toLowerCase();
  const rest = path.toLowerCase().startsWith(own) ? path.slice(own.length) : undefined;
  const [, asset] =
    new RegExp(`^/user-attachments/assets/(${uuid})$`, 'i').exec(path) ??
    new RegExp(`^assets/\\d+/(${uuid})$`, 'i').exec(rest ?? '') ??
    [];
  if (asset !== undefined) return heldAt(url.origin + path, undefined, asset);
  const [, file] =
    /^\/user-attachments\/files\/\d+\/([^/]+)$/.exec(path) ??
    /^files\/\d+\/([^/]+)$/.exec(rest ?? '') ??
    [];
  if (file !== undefined) return heldAt(url.origin + path, file, undefined);
  return readStored(url, /^\/(?:storage|media)\/user\/\d+\/files\//);
}

/** `?jwt=` is what a signed address is good for: it is as secret as the image. */
function readImage(url: URL): Held | undefined {
  const { hostname, pathname } = url;
  if (!/^\/\d+\/[^/]+$/.test(pathname)) return undefined;
  const [, id] = new RegExp(`(${uuid})\\.\\w+$`, 'i').exec(pathname) ?? [];
  if (hostname === 'user-images.githubusercontent.com')
    return heldAt(url.origin + pathname, undefined, id);
  if (hostname !== 'private-user-images.githubusercontent.com') return undefined;
  const jwt = url.searchParams.get('jwt');
  const query = jwt === null ? '' : `?jwt=${encodeURIComponent(jwt)}`;
  return heldAt(url.origin + pathname + query, undefined, id);
}

function readStored(url: URL, folder: RegExp): Held | undefined {
  const [, id] = new RegExp(`/(${uuid})$`, 'i').exec(url.pathname) ?? [];
  if (id === undefined || !folder.test(url.pathname)) return undefined;
  return heldAt(url.origin + url.pathname, undefined, id);
}

function heldAt(url: string, name: string | undefined, id: string | undefined): Held {
  const known = id?.toLowerCase();
  return { key: known ?? url.replace(/\?.*$/, '').toLowerCase(), url, name, uuid: known };
}
