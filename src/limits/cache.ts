/** The numbers of keeping OpenCode's database between runs. */

/** The cache service has this long to answer, or a new session is begun: nobody waits for it longer. */
export const cacheAnswerMs = 2_000;

/** Fetching an entry takes no longer: OpenCode is fetched and the workspace prepared meanwhile. */
export const cacheFetchMs = 5_000;

/** What saving an entry may take in `post`, which has other things to do (`recoverMs`). */
export const cacheSaveMs = 30_000;

/** An answer of the service is a few hundred characters, a signed address among them. */
export const cacheAnswerBytes = 64 * 1024;

/** The largest entry that is saved or fetched: a turn adds some 10 KB to it. */
export const cacheEntryBytes = 32 * 1024 * 1024;

/** The largest database that is kept, its log included: it is in memory while it is packed. */
export const databaseBytes = 128 * 1024 * 1024;

/** An entry says in a few hundred characters what it holds. */
export const manifestChars = 4_000;

/** Entries of a thread that are looked at for being old; as many go in one run at most. */
export const oldEntries = 100;
