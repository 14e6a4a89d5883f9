/** GitHub's JSON for what is in its Git database. */
import type { GitObject, Reference, TreeEntry } from './database.ts';
import type { Fields } from './example.ts';
import { signer } from './git-write.ts';
import type { GitHubState } from './state.ts';

function api(state: GitHubState, rest: string): string {
  return `${state.links.api}/repos/${state.fullName}${rest}`;
}

function nodeOf(kind: string, name: string): string {
  return Buffer.from(`${kind}${name}`).toString('base64');
}

/** A blob; its content in base64, in lines of 60 as GitHub breaks them. */
export function renderBlob(state: GitHubState, { sha, content }: GitObject): Fields {
  const lines = content.toString('base64').replaceAll(/.{60}/g, '$&\n');
  const url = api(state, `/git/blobs/${sha}`);
  const node_id = nodeOf('Blob', sha);
  return { sha, node_id, url, size: content.length, content: lines, encoding: 'base64' };
}

/** A tree and its entries. */
export function renderTree(state: GitHubState, sha: string, entries: readonly TreeEntry[]): Fields {
  const tree = entries.map(({ size, ...entry }) => {
    const url = api(state, `/git/${entry.type}s/${entry.sha}`);
    return { ...entry, ...(size !== null && { size }), ...(entry.type !== 'commit' && { url }) };
  });
  return { sha, url: api(state, `/git/trees/${sha}`), tree, truncated: false };
}

/** A reference. */
export function renderReference(state: GitHubState, { ref, type, sha }: Reference): Fields {
  const object = { type, sha, url: api(state, `/git/${type}s/${sha}`) };
  return { ref, node_id: nodeOf('Ref', ref), url: api(state, `/git/${ref}`), object };
}

/** A commit as the Git database shows it. */
export function renderCommit(state: GitHubState, object: GitObject): Fields {
  const { sha } = object;
  const { tree, parents, author, committer, message } = partsOf(object);
  const page = `${state.links.server}/${state.fullName}/commit`;
  return {
    sha,
    node_id: nodeOf('Commit', sha),
    url: api(state, `/git/commits/${sha}`),
    html_url: `${page}/${sha}`,
    author,
    committer,
    tree: { sha: tree, url: api(state, `/git/trees/${tree}`) },
    message,
    parents: parents.map((parent) => ({
      sha: parent,
      url: api(state, `/git/commits/${parent}`),
      html_url: `${page}/${parent}`,
    })),
    verification: verificationOf(committer),
  };
}

/** A branch, with its last commit as the commits API shows it. */
export function renderBranch(state: GitHubState, name: string, object: GitObject): Fields {
  const { sha, node_id, html_url, parents, ...commit } = renderCommit(state, object);
  const url = api(state, `/commits/${object.sha}`);
  const own = { sha, node_id, html_url, parents, url, comments_url: `${url}/comments` };
  const people = { author: null, committer: null };
  const branch = api(state, `/branches/${name}`);
  return {
    name,
    commit: { ...own, ...people, commit: { ...commit, comment_count: 0 } },
    _links: { self: branch, html: `${state.links.server}/${state.fullName}/tree/${name}` },
    protected: false,
    protection: { enabled: false },
    protection_url: `${branch}/protection`,
  };
}

interface Parts {
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

interface Person {
  name: string;
  email: string;
  date: string;
}

/** The headers, an empty line, the message. */
function partsOf({ content }: GitObject): Parts {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end).split('\n');
  const values = (name: string): string[] =>
    headers
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1));
  return {
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: personOf(values('author')[0] ?? ''),
    committer: personOf(values('committer')[0] ?? ''),
    message: text.slice(end + 2),
  };
}

function personOf(line: string): Person {
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+) /.exec(line) ?? [];
  const date = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+/, '');
  return { name, email, date };
}

function verificationOf({ email, date }: Person): Fields {
  const isSigned = email === signer.email;
  const proof = isSigned ? '-----BEGIN PGP SIGNATURE-----' : null;
  return {
    verified: isSigned,
    reason: isSigned ? 'valid' : 'unsigned',
    signature: proof,
    payload: isSigned ? 'tree' : null,
    verified_at: isSigned ? date : null,
  };
}
