import { describe, expect, test } from '@jest/globals';

import type { ThreadRef } from '../src/event/trigger.ts';
import type { Inputs } from '../src/inputs.ts';
import { keyOf } from '../src/locking.ts';

type Scope = Inputs['lock']['scope'];

const repository = { owner: 'Octo-Org', name: 'hello.world' };
const thread: ThreadRef = { kind: 'pull', number: 7 };
const local = { kind: 'local' } as Inputs['server'];
const s3 = { bucket: 'locks' } as unknown as Inputs['lock']['store'];

function remote(url: string, directory = '/srv/hello'): Inputs['server'] {
  return { kind: 'remote', url, directory, headers: {} };
}

function key(
  scope: Scope,
  server: Inputs['server'],
  store: Inputs['lock']['store'] = 'github',
  on: ThreadRef | undefined = thread,
): string | undefined {
  return keyOf({ lock: { scope, store, waitMs: 1 }, server }, { repository, thread: on });
}

describe('what a run locks', () => {
  const server = remote('https://agent.example.com');

  test.each<[Scope, Inputs['server'], string | undefined]>([
    ['auto', local, undefined],
    ['none', local, undefined],
    ['none', server, undefined],
    ['thread', local, 'thread-pull-7'],
    ['thread', server, 'thread-pull-7'],
    ['repository', local, 'repository'],
  ])('%s (%#)', (scope, where, expected) => {
    expect(key(scope, where)).toBe(expected);
  });

  test('is the workspace on a remote server: its address and directory, and nothing of them to read', () => {
    expect(key('auto', server)).toMatch(/^workspace-[0-9a-f]{32}$/);
    expect(key('auto', remote('https://agent.example.com/', '/srv/hello/'))).toBe(
      key('auto', server),
    );
    expect(key('auto', remote('https://agent.example.com/path'))).toBe(key('auto', server));
    expect(key('auto', remote('https://agent.example.com:444'))).not.toBe(key('auto', server));
    expect(key('auto', remote('https://agent.example.com', '/srv/other'))).not.toBe(
      key('auto', server),
    );
    expect(key('auto', remote('https://agent.example.com', '/'))).toBeDefined();
  });

  test('is nothing where it is to be a thread, and there is none', () => {
    expect(
      keyOf(
        { lock: { scope: 'thread', store: 'github', waitMs: 1 }, server },
        { repository, thread: undefined },
      ),
    ).toBeUndefined();
  });

  test('names its repository where many share the store, but for a workspace, which they share', () => {
    expect(key('thread', local, s3)).toBe('thread-pull-7-octo-org.hello.world');
    expect(key('repository', local, s3)).toBe('repository-octo-org.hello.world');
    expect(key('auto', server, s3)).toBe(key('auto', server));
  });
});
