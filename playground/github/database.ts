/** The emulator's Git objects and references: a real repository, by git's own plumbing. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An object as it is stored. */
export interface GitObject {
  sha: string;
  type: string;
  content: Buffer;
}

/** An entry of a tree; `size` is null for what is no blob. */
export interface TreeEntry {
  mode: string;
  type: string;
  sha: string;
  size: number | null;
  path: string;
}

/** A reference under its full name. */
export interface Reference {
  ref: string;
  type: string;
  sha: string;
}

const ABSENT = '0'.repeat(40);

/**
 * A repository that is made when it is first asked for, unless one is given. Calls are synchronous,
 * so each of GitHub's is carried out whole before the next one begins.
 */
export class GitDatabase implements Disposable {
  readonly #isGiven: boolean;
  #directory: string | undefined;

  constructor(directory?: string) {
    this.#directory = directory;
    this.#isGiven = directory !== undefined;
  }

  /** Where it is; undefined until something is in it. */
  get directory(): string | undefined {
    return this.#directory;
  }

  /** Undefined for a name of nothing. */
  read(sha: string): GitObject | undefined {
    if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
    const out = this.#git(['cat-file', '--batch'], `${sha}\n`);
    const end = out.indexOf('\n');
    const [, type = 'missing'] = out.subarray(0, end).toString('utf8').split(' ');
    if (type === 'missing') return undefined;
    return { sha, type, content: out.subarray(end + 1, -1) };
  }

  /** Stores an object and resolves to its name. */
  write(type: 'blob' | 'commit', content: Buffer | string): string {
    return this.#line(['hash-object', '-t', type, '-w', '--stdin'], content);
  }

  /** What stands in a tree; undefined for what is none. */
  listTree(sha: string, isDeep = false): TreeEntry[] | undefined {
    const tree = this.#find(`${sha}^{tree}`);
    if (tree === undefined) return undefined;
    const deep = isDeep ? ['-r', '-t'] : [];
    const lines = this.#git(['ls-tree', '-z', '-l', ...deep, tree])
      .toString('utf8')
      .split('\0');
    return lines.slice(0, -1).map((line) => {
      const [facts = '', path = ''] = line.split('\t', 2);
      const [mode = '', type = '', name = '', size = '-'] = facts.split(/ +/);
      return { mode, type, sha: name, size: size === '-' ? null : Number(size), path };
    });
  }

  /** A tree of these entries, whose paths are names. */
  writeTree(entries: readonly Omit<TreeEntry, 'size'>[]): string {
    const lines = entries.map(({ mode, type, sha, path }) => `${mode} ${type} ${sha}\t${path}\0`);
    return this.#line(['mktree', '-z', '--missing'], lines.join(''));
  }

  /** The name of a branch's, a tag's or an object's commit or tree; undefined where there is none. */
  resolve(name: string, type: 'commit' | 'tree'): string | undefined {
    return this.#find(`${name}^{${type}}`);
  }

  /** All references whose full name begins so. */
  references(beginning: string): Reference[] {
    const format = '%(refname) %(objecttype) %(objectname)';
    const lines = this.#line(['for-each-ref', `--format=${format}`]).split('\n');
    return lines
      .filter((line) => line.startsWith(beginning))
      .map((line) => {
        const [ref = '', type = '', sha = ''] = line.split(' ');
        return { ref, type, sha };
      });
  }

  /** The reference of that full name; undefined where there is none. */
  reference(ref: string): Reference | undefined {
    return this.references(ref).find((one) => one.ref === ref);
  }

  /**
   * Has a reference say `sha` in the place of `old` (undefined: of nothing); false where it does not
   * say `old`, or its name cannot be one.
   */
  swap(ref: string, old: string | undefined, sha: string): boolean {
    return this.#succeeds(['update-ref', ref, sha, old ?? ABSENT]);
  }

  /** Deletes a reference, whatever it says. */
  delete(ref: string): void {
    this.#git(['update-ref', '-d', ref]);
  }

  /** Whether one commit is the other, or comes before it. */
  isAncestor(old: string, sha: string): boolean {
    return this.#succeeds(['merge-base', '--is-ancestor', old, sha]);
  }

  [Symbol.dispose](): void {
    if (this.#isGiven || this.#directory === undefined) return;
    rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }

  #find(revision: string): string | undefined {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', revision];
    try {
      return this.#line(args);
    } catch {
      return undefined;
    }
  }

  #succeeds(args: string[]): boolean {
    try {
      this.#git(args);
      return true;
    } catch {
      return false;
    }
  }

  #line(args: string[], input?: Buffer | string): string {
    return this.#git(args, input).toString('utf8').trimEnd();
  }

  #git(args: string[], input: Buffer | string = ''): Buffer {
    this.#directory ??= makeRepository();
    return git([`--git-dir=${this.#directory}`, ...args], input);
  }
}

function makeRepository(): string {
  const directory = mkdtempSync(join(tmpdir(), 'github-'));
  git(['init', '--quiet', '--bare', directory]);
  return directory;
}

/** Nothing of the machine's own settings has a say in it. */
function git(args: string[], input: Buffer | string = ''): Buffer {
  return execFileSync('git', args, {
    input,
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 256 * 2 ** 20,
  });
}
