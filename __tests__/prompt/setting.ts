import type { Trigger } from '../../src/event/trigger.ts';
import type { PromptInput } from '../../src/prompt/render.ts';
import type { Entry, Pull, Thread } from '../../src/thread/thread.ts';

export const boundary = '0123456789abcdef';

/** A comment by bob that says what is given. */
export function entryOf(entry: Partial<Entry> = {}): Entry {
  return {
    kind: 'comment',
    id: 7,
    author: 'bob',
    role: 'none',
    createdAt: '2026-01-02T00:00:00Z',
    updatedAt: '2026-01-02T00:00:00Z',
    body: 'For me too.',
    ...entry,
  };
}

/** Issue #12 by alice, without comments. */
export function threadOf(thread: Partial<Thread> = {}): Thread {
  return {
    ref: { kind: 'issue', number: 12 },
    title: 'Slow start',
    body: 'It takes long.',
    author: 'alice',
    role: 'owner',
    state: 'open',
    url: 'https://github.test/octo-org/hello-world/issues/12',
    entries: [],
    leftOut: 0,
    later: 0,
    pull: undefined,
    ...thread,
  };
}

/** What makes a thread a pull request: one changed file, no reviews. */
export function pullOf(pull: Partial<Pull> = {}): Pull {
  return {
    baseRef: 'main',
    headRef: 'fix',
    headSha: 'abc123',
    isFork: false,
    isDraft: false,
    diff: {
      text: 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+2\n',
      shownFiles: 1,
      leftOutFiles: [],
      unnamedFiles: 0,
    },
    reviews: [],
    reviewComments: [],
    reviewThread: [],
    ...pull,
  };
}

/** A mention by carol on issue #12. */
export function triggerOf(trigger: Partial<Trigger> = {}): Trigger {
  const carol = { login: 'carol', isBot: false };
  return {
    eventName: 'issue_comment',
    repository: { owner: 'octo-org', name: 'hello-world' },
    defaultBranch: 'main',
    actor: carol,
    task: '/oc say why',
    standing: '',
    thread: { kind: 'issue', number: 12 },
    opening: undefined,
    happenedAt: '2026-01-03T00:00:00Z',
    comment: {
      kind: 'issue',
      id: 9,
      nodeId: 'IC_9',
      author: carol,
      authorAssociation: 'MEMBER',
      body: '/oc say why',
      createdAt: '2026-01-03T00:00:00Z',
      url: 'https://github.test/octo-org/hello-world/issues/12#issuecomment-9',
    },
    ...trigger,
  };
}

/** All that a prompt is made from. */
export function inputOf(input: Partial<PromptInput> = {}): PromptInput {
  return {
    trigger: triggerOf(),
    thread: threadOf(),
    standing: '',
    workspaceNote: '',
    destination: { kind: 'pull', protectedPaths: ['.github/**'] },
    boundary,
    ...input,
  };
}
