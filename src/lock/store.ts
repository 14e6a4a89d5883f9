/** What stands under a key: its text, and what tells this very version from all others. */
export interface Stored {
  text: string;
  /** Opaque: a commit's id, an entity tag. No two versions of a key have the same. */
  version: string;
}

/**
 * Where locks are kept. Every write is one atomic compare-and-swap: it happens against the version
 * that the caller names, or not at all. A rejection leaves open whether it happened; read again, and
 * look for your own record. All throw an `ActionError` that says what could not be done.
 */
export interface LockStore {
  /** What its failures are to people. */
  readonly reason: 'github-error' | 'lock-store-error';
  /** What stands there by now; undefined where nothing does. */
  read(key: string, signal: AbortSignal): Promise<Stored | undefined>;
  /**
   * Puts `text` in the place of `version` (undefined: where there is nothing yet), and resolves to
   * the new version; to undefined where what stands there is another by now. The same text may be
   * sent again after a rejection: it is never written twice.
   */
  swap(
    key: string,
    version: string | undefined,
    text: string,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /**
   * Gives the key back: `text`, a released record, takes the place of `version`, or, where the store
   * can do so under a condition, nothing does. Resolves to whether `version` was still there.
   */
  release(key: string, version: string, text: string, signal: AbortSignal): Promise<boolean>;
  /** Where a key is, for people, such as `refs/mention-loop/locks/KEY in octo-org/hello-world`. */
  nameOf(key: string): string;
  /** The shell command by which a person clears a key by hand. */
  clearCommand(key: string): string;
}
