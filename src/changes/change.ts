/** One file of a difference between two trees. Paths are relative to the repository's top, with `/`. */
export interface Change {
  path: string;
  kind: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Where a renamed file was before. */
  previousPath?: string;
  /** Undefined where it is deleted. */
  after: { mode: '100644' | '100755' | '120000'; blob: string; bytes: number } | undefined;
  /** Lines added and removed; undefined for a binary file. */
  lines: { added: number; removed: number } | undefined;
}

/**
 * Why a change is not delivered although the agent made it: `name` is a file name that is no UTF-8,
 * `lfs` a file in Git LFS, whose content GitHub does not have, `secret` one that what may be a secret
 * was added to, `unread` one that cannot be read or is too large (`snapshotFileBytes`).
 */
export interface LeftOut {
  path: string;
  why: 'protected' | 'code-owners' | 'name' | 'lfs' | 'secret' | 'unread';
}

/** The agent's work between two moments of the working tree, in the checkout's object database. */
export interface ChangeSet {
  /** The tree as the agent found it, uncommitted files included. */
  before: string;
  /** The tree as the agent left it, without what is `leftOut`. */
  after: string;
  /** The commit that the workspace showed, whose tree may differ from `before`. */
  base: string;
  /** In the order of their paths. */
  changes: Change[];
  leftOut: LeftOut[];
}

/** What became of a change set, for reply and outputs. */
export interface Delivered {
  /** The commit on GitHub, where there is one. */
  commitSha?: string;
  /** Without `refs/heads/`. */
  branch?: string;
  pull?: { number: number; url: string; isNew: boolean };
  /** The page where a person opens the pull request that Actions may not. */
  compareUrl?: string;
  /** A file with the patch, where the changes, or some of them, were not pushed. */
  patchPath?: string;
  /** Sentences for the reply: why a patch, why another branch, what is left out. */
  notes: string[];
}
