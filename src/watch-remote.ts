import { applyPatch } from './changes/from-patch.ts';
import { namesOf, plainPatch } from './changes/plain-patch.ts';
import type { Store } from './changes/store.ts';
import { patchBytes } from './limits/changes.ts';
import { readWorkingDiff } from './opencode/vcs.ts';
import type { Server } from './opencode/server.ts';
import type { SentWorkspace } from './remote-workspace.ts';
import type { Follow } from './watch-changes.ts';

/**
 * Of a workspace that was laid out on a server: what it gives back is a patch of what was sent, to
 * `post` as well.
 */
export function followSent(sent: SentWorkspace): Follow {
  return ({ store }) =>
    Promise.resolve({
      before: sent.sentTree,
      read: async (signal) => {
        const patch = await sent.readPatch(patchBytes, signal);
        return { ...(await applyPatch(store, sent.sha, patch, signal)), notes: [] };
      },
    });
}

/**
 * Of a directory on a plain OpenCode server, through its own routes: what differs there from its commit
 * before and after the agent's work. The runner's checkout must show the same commit, or one in which
 * the changed files are the same: else the patch does not apply, and nothing is delivered.
 */
export function followDirectory(server: Server): Follow {
  return async ({ store }, signal) => {
    const first = await readWorkingDiff(server, signal);
    return {
      before: undefined,
      read: async (later) => {
        const last = await readWorkingDiff(server, later);
        if (last === first) return { before: store.base, after: store.base, notes: [] };
        return await readBoth(store, { first, last }, later);
      },
    };
  };
}

async function readBoth(
  store: Store,
  patches: { first: string; last: string },
  signal: AbortSignal,
): ReturnType<Awaited<ReturnType<Follow>>['read']> {
  const [first, last] = [plainPatch(patches.first), plainPatch(patches.last)];
  const treeOf = async (text: string): Promise<string> =>
    (await applyPatch(store, store.base, Buffer.from(text), signal)).after;
  const before = await treeOf(first.text);
  const after = await treeOf(last.text);
  const lost = namesOf(last.without.filter((section) => !first.without.includes(section)));
  const named = lost.map((name) => `\`${name.replaceAll(/[`\p{C}]/gu, '?')}\``).slice(0, 20);
  const note = `OpenCode's server does not give out binary files, nor texts that are not UTF-8: ${named.join(', ')} stay there.`;
  return { before, after, notes: lost.length === 0 ? [] : [note] };
}
