// One of many processes that want a lock at once. Its standard input says where the lock is, and then
// line by line to `read` it, or to `swap` it against what was read; it says what came of each.
import { createInterface } from 'node:readline';

import { createGitHub } from '../../src/github.ts';
import { openGitHubStore } from '../../src/lock/github-store.ts';
import type { S3Place } from '../../src/lock/s3-client.ts';
import { openS3Store } from '../../src/lock/s3-store.ts';
import type { LockStore } from '../../src/lock/store.ts';

/** Where a contender finds its store. */
export type Arena = { kind: 'github'; url: string; token: string } | { kind: 's3'; place: S3Place };

function open(arena: Arena): LockStore {
  if (arena.kind === 's3') return openS3Store(arena.place);
  return openGitHubStore({
    github: createGitHub({ token: arena.token, apiUrl: arena.url }),
    repository: { owner: 'octo-org', name: 'hello-world' },
    serverUrl: arena.url,
  });
}

const signal = AbortSignal.timeout(300_000);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const store = open(JSON.parse((await lines.next()).value ?? '') as Arena);
console.log('ready');
let seen: string | undefined;
for await (const line of lines) {
  const [step, key = '', text = ''] = line.split(' ');
  try {
    if (step === 'read') {
      seen = (await store.read(key, signal))?.version;
      console.log('seen');
    } else {
      const version = await store.swap(key, seen, text, signal);
      console.log(version === undefined ? 'lost' : 'won');
    }
  } catch (thrown) {
    console.log(String(thrown));
  }
}
