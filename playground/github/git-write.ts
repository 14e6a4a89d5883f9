/** How GitHub makes trees and commits of what it is told. */
import { Refusal } from './call.ts';
import type { GitDatabase, TreeEntry } from './database.ts';
import type { Identity } from './records.ts';
import { publicEmail } from './render.ts';

/** The body of `POST git/trees`, as the description has it. */
export interface TreeBody {
  base_tree?: string;
  tree: TreeLine[];
}

interface TreeLine {
  path: string;
  mode?: string;
  sha?: string | null;
  content?: string;
}

/** The body of `POST git/commits`, as the description has it. */
export interface CommitBody {
  message: string;
  tree: string;
  parents?: string[];
  author?: Signature;
  committer?: Signature;
}

interface Signature {
  name: string;
  email: string;
  date?: string;
}

interface Change {
  names: string[];
  mode: string;
  /** Null where the path goes. */
  sha: string | null;
}

const refuse = (message: string): never => {
  throw new Refusal(422, message);
};

type Entry = Omit<TreeEntry, 'size'>;

const TYPES: Record<string, string> = { '040000': 'tree', '160000': 'commit' };
const typeOf = (mode: string): string => TYPES[mode] ?? 'blob';

/**
 * The tree of `POST git/trees`: its entries in the place of what stands at their paths in
 * `base_tree`; where their `sha` is null, nothing does.
 */
export function makeTree(git: GitDatabase, { base_tree: base, tree }: TreeBody): string {
  if (base !== undefined && git.read(base)?.type !== 'tree')
    refuse('base_tree is not a valid tree oid');
  if (tree.length === 0) refuse('Invalid tree info');
  const changes = tree.map((line) => changeOf(git, line));
  return build(git, base, changes) ?? git.writeTree([]);
}

function changeOf(git: GitDatabase, line: TreeLine): Change {
  const { path, mode = '100644', sha, content } = line;
  const names = path.split('/');
  const isOdd = (name: string): boolean => /^(?:|\.{1,2}|\.git)$/i.test(name);
  if (names.some(isOdd)) refuse('tree.path contains a malformed path component');
  if (content !== undefined && sha !== undefined)
    refuse('Must supply either tree.sha or tree.content');
  if (sha === null) return { names, mode, sha };
  if (sha === undefined) return { names, mode, sha: git.write('blob', content ?? '') };
  const type = typeOf(mode);
  const isThere = type === 'commit' || git.read(sha)?.type === type;
  if (!isThere) refuse(`tree.sha ${sha} is not a valid ${type}`);
  return { names, mode, sha };
}

/** Undefined where nothing is left of it: git keeps no empty folders. */
function build(
  git: GitDatabase,
  base: string | undefined,
  changes: readonly Change[],
): string | undefined {
  const before = base === undefined ? [] : (git.listTree(base) ?? []);
  const entries = new Map<string, Entry>(before.map((entry) => [entry.path, entry]));
  for (const [path, group] of Map.groupBy(changes, ({ names: [first = ''] }) => first)) {
    for (const change of group) if (change.names.length === 1) put(entries, path, change);
    const below = group.filter(({ names }) => names.length > 1);
    if (below.length === 0) continue;
    const there = entries.get(path);
    const inner = below.map((change) => ({ ...change, names: change.names.slice(1) }));
    const sha = build(git, there?.type === 'tree' ? there.sha : undefined, inner);
    if (sha === undefined) entries.delete(path);
    else entries.set(path, { mode: '040000', type: 'tree', sha, path });
  }
  return entries.size === 0 ? undefined : git.writeTree([...entries.values()]);
}

function put(entries: Map<string, Entry>, path: string, { sha, mode }: Change): void {
  if (sha === null && !entries.has(path)) refuse('GitRPC::BadObjectState');
  if (sha === null) entries.delete(path);
  else entries.set(path, { sha, mode, type: typeOf(mode), path });
}

/** Where nothing is said of who wrote it, an App's token has GitHub commit and sign it. */
export function makeCommit(git: GitDatabase, body: CommitBody, identity: Identity): string {
  const { message, tree, parents = [], author, committer } = body;
  if (git.read(tree)?.type !== 'tree') refuse('Tree SHA does not exist');
  if (parents.some((sha) => git.read(sha)?.type !== 'commit'))
    refuse('Parent SHA does not exist or is not a commit object');
  const own = { name: identity.login, email: publicEmail(identity.login) };
  const isSigned = author === undefined && committer === undefined && identity.type === 'Bot';
  const lines = [
    `tree ${tree}`,
    ...parents.map((sha) => `parent ${sha}`),
    `author ${sign(author ?? own)}`,
    `committer ${sign(isSigned ? signer : (committer ?? author ?? own))}`,
  ];
  return git.write('commit', `${lines.join('\n')}\n\n${message}`);
}

/** Who commits where GitHub itself does; what it committed is signed. */
export const signer = { name: 'GitHub', email: 'noreply@github.com' };

function sign({ name, email, date }: Signature): string {
  const at = date === undefined ? Date.now() : Date.parse(date);
  return `${name} <${email}> ${Math.floor(at / 1000)} +0000`;
}
