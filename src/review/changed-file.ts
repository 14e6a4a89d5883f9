/**
 * A changed file of a pull request, as GitHub lists it; the list is in one order.
 * https://docs.github.com/rest/pulls/pulls#list-pull-requests-files
 */
export interface ChangedFile {
  /** The path after the change; for a removed file, the one it had. */
  filename: string;
  /** Before it was renamed or copied. */
  previous_filename?: string | undefined;
  /** `added`, `removed`, `modified`, `renamed`, `copied`, `changed` (its mode) or `unchanged`. */
  status: string;
  /** Of the blob after the change; for a removed file, before it. */
  sha: string | null;
  additions: number;
  deletions: number;
  /** Hunks without git's heading. Absent for binary and very large files, and where no line is changed. */
  patch?: string | undefined;
  /** File modes before and after (`100644 100755`), where they are known: GitHub's list has none. */
  modes?: string | undefined;
}
