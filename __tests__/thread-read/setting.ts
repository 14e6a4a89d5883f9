import type { Trigger, TriggerComment } from '../../src/event/trigger.ts';

const author = { login: 'octocat', isBot: false };

/** A trigger by comment on #1 of the emulated repository, after all that is written there now. */
export function triggerOn(
  kind: 'issue' | 'pull',
  comment: Partial<TriggerComment> = {},
  more: Partial<Trigger> = {},
): Trigger {
  return {
    eventName: comment.kind === 'review' ? 'pull_request_review_comment' : 'issue_comment',
    repository: { owner: 'octo-org', name: 'hello-world' },
    defaultBranch: 'main',
    actor: author,
    task: '/oc do it',
    standing: '',
    thread: { kind, number: 1 },
    opening: {
      title: 'Slow start',
      body: 'It takes long.',
      author: 'alice',
      role: 'owner',
      state: 'open',
      url: 'https://example.test/issues/1',
    },
    happenedAt: '2100-01-01T00:00:00Z',
    comment: {
      kind: 'issue',
      id: 1,
      nodeId: 'IC_1',
      author,
      authorAssociation: 'MEMBER',
      body: '/oc do it',
      createdAt: '2026-01-02T00:00:00Z',
      url: 'https://example.test/1',
      ...comment,
    },
    ...more,
  };
}
