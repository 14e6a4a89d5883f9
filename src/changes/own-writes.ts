import type { ChangeSet } from './change.ts';
import type { Store } from './store.ts';

/** The configurations that OpenCode looks for in a repository. */
const configuration = /(?:^|\/)opencode\.jsonc?$/;

const schema = '"$schema": "https://opencode.ai/config.json",';

/**
 * The configurations in which nothing has changed but that they name their schema: OpenCode itself
 * writes that into one that names none, as it reads it (tried out on 1.18.33). Throws `GitError`.
 */
export async function findOwnWrites(
  { git }: Store,
  { before, after, changes }: ChangeSet,
  signal: AbortSignal,
): Promise<string[]> {
  const asked = changes.filter(({ kind, path }) => kind === 'modified' && configuration.test(path));
  const found: string[] = [];
  for (const { path } of asked) {
    const read = (tree: string): Promise<string> =>
      git(['cat-file', 'blob', `${tree}:${path}`], signal);
    if ((await read(after)) === withSchema(await read(before))) found.push(path);
  }
  return found;
}

/** As OpenCode writes it. */
function withSchema(text: string): string {
  return text.replace(/^\s*\{/, () => `{\n  ${schema}`);
}
