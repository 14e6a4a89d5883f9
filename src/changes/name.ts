import type { ThreadRef } from '../event/trigger.ts';
import { branchesPerThread, slugChars } from '../limits/changes.ts';

/** What all branches of a thread begin with, or all of a run that is on none. */
export function branchPrefix(thread: ThreadRef | undefined, runId: string): string {
  if (thread === undefined) return `opencode/run-${slugOf(runId)}`;
  return `opencode/${thread.kind}-${thread.number}-`;
}

/**
 * The branch of a thread, such as `opencode/issue-7-short-title`. Of the title, which is somebody's
 * own words, only Latin letters without accents and digits are kept: no name of git's can be made
 * of it. A title in other letters is `changes`.
 */
export function branchName(thread: ThreadRef | undefined, title: string, runId: string): string {
  const prefix = branchPrefix(thread, runId);
  return thread === undefined ? prefix : `${prefix}${slugOf(title) || 'changes'}`;
}

/** The name, or the first one with a number behind it that is free; undefined past the bound. */
export function freeName(name: string, taken: ReadonlySet<string>): string | undefined {
  for (let count = 1; count <= branchesPerThread; count += 1) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!taken.has(candidate)) return candidate;
  }
  return undefined;
}

function slugOf(text: string): string {
  const letters = text.slice(0, 1_000).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = letters.split(/[^a-z0-9]+/).filter((word) => word !== '');
  let slug = (words[0] ?? '').slice(0, slugChars);
  for (const word of words.slice(1)) {
    if (slug.length + 1 + word.length > slugChars) break;
    slug += `-${word}`;
  }
  return slug;
}
