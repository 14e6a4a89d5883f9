import { describe, expect, test } from '@jest/globals';

import type { ThreadRef } from '../src/event/trigger.ts';
import type { Inputs } from '../src/inputs.ts';
import { keyOf } from '../src/locking.ts';

type Scope = Inputs['lock']['scope'];

const repository = { owner: 'Octo-Org', name: 'hello.world' };
const thread: ThreadRef = { kind: 'pull', number: 7 };
const local = { kind: 'local' } as Inputs['server'];
const s3 = { bucket: 'locks' } as unknown as Inputs['lock']['store'];

function remote(url: string, directory: string | undefined = '/srv/hello'): Inputs['server'] {
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

  describe('where a workspace is sent to the server', () => {
    const sent: Inputs['server'] = {
      kind: 'remote',
      url: 'https://agent.example.com',
      directory: undefined,
      headers: {},
    };
    const other = { ...repository, name: 'other' };
    const keyIn = (where: typeof repository, on: ThreadRef | undefined): string | undefined =>
      keyOf(
        { lock: { scope: 'auto', store: 's3' as never, waitMs: 1 }, server: sent },
        { repository: where, thread: on },
      );

    test('is that of its thread, which each mention on it finds again', () => {
      expect(key('auto', sent)).toMatch(/^workspace-[0-9a-f]{32}$/);
      expect(key('auto', sent)).toBe(key('auto', sent, s3));
      expect(keyIn({ owner: 'octo-org', name: 'Hello.World' }, thread)).toBe(key('auto', sent));
    });

    test('is no other thread’s, no other repository’s and no other server’s', () => {
      const keys = [
        key('auto', sent),
        key('auto', sent, 'github', { kind: 'pull', number: 8 }),
        keyIn(other, thread),
        key('auto', { ...sent, url: 'https://agent.example.com:444' }),
        key('auto', server),
      ];
      expect(new Set(keys).size).toBe(keys.length);
    });

    test('is nothing where there is no thread: each run is sent one of its own', () => {
      expect(keyIn(repository, undefined)).toBeUndefined();
    });
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
