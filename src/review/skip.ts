import type { ChangedFile } from './changed-file.ts';

/** The label that keeps reviews off a pull request. */
export const skipLabel = 'skip-agent-review';

/** What decides whether a pull request is reviewed. */
export interface Reviewable {
  /** Whether a person asked for it (`/oc review`), and not an event alone (`review: true`). */
  isAsked: boolean;
  isDraft: boolean;
  labels: readonly string[];
  /** Undefined where the list is not known, or not whole. */
  files: readonly ChangedFile[] | undefined;
  /** Whether the input `review-ignore` means a path. */
  isIgnored: (path: string) => boolean;
}

/**
 * Why there is nothing to review, as a sentence; undefined where there is. Whoever asks in so many
 * words is served, whatever the pull request looks like. Letter case makes no difference in a label,
 * as on GitHub. A renamed file is ignored only by both its names.
 */
export function skipReview(asked: Reviewable): string | undefined {
  const { isAsked, isDraft, labels, files, isIgnored } = asked;
  if (isAsked) return undefined;
  if (isDraft) return 'The pull request is a draft, which is reviewed once it is ready.';
  if (labels.some((label) => label.toLowerCase() === skipLabel))
    return `The pull request has the label \`${skipLabel}\`.`;
  const isLeftOut = ({ filename, previous_filename: former = filename }: ChangedFile): boolean =>
    isIgnored(filename) && isIgnored(former);
  if (files !== undefined && files.length > 0 && files.every(isLeftOut))
    return 'All changed files are in paths that `review-ignore` names.';
  return undefined;
}
