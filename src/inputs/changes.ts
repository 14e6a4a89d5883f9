import { flag, lines, oneOf, text, wholeNumber } from './fields.ts';
import type { Env } from './fields.ts';

/** What becomes of what the agent changes. */
export interface ChangesInputs {
  /** `push`: a commit, a branch, a pull request where that can be; `patch`: a patch only. */
  way: 'push' | 'patch' | 'none';
  /** `reply: none`: nothing is written to GitHub, so nothing is pushed either. */
  isSilent: boolean;
  /** Patterns of files whose changes stay out, as in a `.gitignore`. */
  protectedPaths: string[];
  /** Whether what CODEOWNERS marks is protected as well. */
  respectsCodeowners: boolean;
  /** More files, or more bytes of them, are delivered as a patch. */
  mostFiles: number;
  mostBytes: number;
}

/** Reads what becomes of the agent's changes. Throws `invalid-input`. */
export function readChanges(env: Env): ChangesInputs {
  const paths = lines(env, 'protected-paths').filter((line) => !line.startsWith('#'));
  return {
    way: oneOf(env, 'changes', ['push', 'patch', 'none'], 'push'),
    isSilent: text(env, 'reply') === 'none',
    protectedPaths: paths.length === 0 ? ['.github/**'] : paths,
    respectsCodeowners: flag(env, 'respect-codeowners'),
    mostFiles: wholeNumber(env, 'max-changed-files', 300),
    mostBytes: wholeNumber(env, 'max-changed-bytes', 10 * 1024 * 1024),
  };
}
