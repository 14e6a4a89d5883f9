import { inspect } from 'node:util';

import { afterEach, describe, expect, test } from '@jest/globals';

import { ActionError } from '../../src/errors.ts';
import { lockConflictTries, lockProbeTries, lockRecordChars } from '../../src/limits/lock.ts';
import { addressOf } from '../../src/lock/s3-client.ts';
import { openS3Store } from '../../src/lock/s3-store.ts';
import { s3Error, startFront, startProxy, type Manner, type S3Front } from './s3-front.ts';

const { signal } = new AbortController();
let front: S3Front | undefined;

afterEach(async () => {
  await front?.[Symbol.asyncDispose]();
  front = undefined;
});

/** A store that does as it is told. */
async function open(manner: Manner): Promise<S3Front & { store: ReturnType<typeof openS3Store> }> {
  front = await startFront(undefined, manner);
  return Object.assign(front, { store: openS3Store(front.place) });
}

async function failure(call: Promise<unknown>): Promise<ActionError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ActionError) return thrown;
  throw new Error(`That was no failure of ours: ${String(thrown)}`);
}

const written = { status: 200, headers: { etag: '"1"' } };

describe('what is sent', () => {
  test('a first write asks that nothing is there, the next that the version is; both are signed', async () => {
    const { store, requests } = await open(() => written);
    await store.swap('repository', undefined, 'one', signal);
    await store.swap('repository', '"0"', 'two', signal);
    expect(requests).toMatchObject([
      { method: 'PUT', path: '/locks/mention-loop/repository', body: 'one' },
      { method: 'PUT', path: '/locks/mention-loop/repository', body: 'two' },
    ]);
    const [first, next] = requests.map(({ headers }) => headers);
    expect(first).toMatchObject({ 'if-none-match': '*' });
    expect(first).not.toHaveProperty('if-match');
    expect(next).toMatchObject({ 'if-match': '"0"' });
    expect(first?.['authorization']).toMatch(/SignedHeaders=[a-z0-9;-]*if-none-match;/);
    expect(next?.['authorization']).toMatch(/SignedHeaders=[a-z0-9;-]*if-match;/);
    expect(first?.['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a session token goes along', async () => {
    const { place, requests } = await open(() => written);
    const credentials = { ...place.credentials, sessionToken: 'session-token' };
    await openS3Store({ ...place, credentials }).swap('repository', undefined, 'one', signal);
    expect(requests[0]?.headers).toMatchObject({ 'x-amz-security-token': 'session-token' });
  });

  test('a store that was not looked at gives back without deleting', async () => {
    const { store, requests } = await open(() => written);
    expect(await store.release('repository', '"0"', 'released', signal)).toBe(true);
    expect(requests).toMatchObject([{ method: 'PUT', headers: { 'if-match': '"0"' } }]);
  });

  test.each([
    [
      { bucket: 'locks', region: 'eu-central-1', endpoint: undefined },
      'https://locks.s3.eu-central-1.amazonaws.com/a/key',
    ],
    [
      { bucket: 'my.locks', region: 'eu-central-1', endpoint: undefined },
      'https://s3.eu-central-1.amazonaws.com/my.locks/a/key',
    ],
    [
      { bucket: 'locks', region: 'cn-north-1', endpoint: undefined },
      'https://locks.s3.cn-north-1.amazonaws.com.cn/a/key',
    ],
    [
      { bucket: 'locks', region: 'auto', endpoint: 'https://id.r2.cloudflarestorage.com' },
      'https://id.r2.cloudflarestorage.com/locks/a/key',
    ],
  ])('%j is at %s', (where, address) => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: undefined };
    expect(addressOf({ ...where, prefix: 'a', credentials }, 'key')).toBe(address);
  });
});

describe('a store behind a proxy', () => {
  const before = { ...process.env };
  afterEach(() => void (process.env = { ...before }));

  test('is reached through it', async () => {
    const { place, requests } = await open(() => written);
    const asked: string[] = [];
    await using proxy = await startProxy(asked, Number(new URL(place.endpoint ?? '').port));
    Object.assign(process.env, { http_proxy: proxy.url, no_proxy: '' });
    const far = openS3Store({ ...place, endpoint: 'http://s3.invalid' });
    expect(await far.swap('repository', undefined, 'one', signal)).toBe('"1"');
    expect(asked).toEqual(['s3.invalid:80']);
    expect(requests).toMatchObject([{ method: 'PUT', body: 'one' }]);
  });
});

describe('what a store keeps', () => {
  const keeps: Manner = ({ headers }) => {
    const isOther = headers['if-match'] === '"00000000000000000000000000000000"';
    const isAgain = headers['if-none-match'] !== undefined && puts++ > 0;
    return isOther || isAgain ? s3Error(412, 'PreconditionFailed') : written;
  };
  let puts = 0;

  test('is found out although its first answer is that it has too much to do', async () => {
    puts = 0;
    let troubles = 2;
    const { store } = await open((...call) =>
      troubles > 0 && troubles-- > 0 ? s3Error(503, 'SlowDown') : keeps(...call),
    );
    await store.probe(signal);
    expect(puts).toBeGreaterThan(1);
  }, 30_000);

  test('is not looked at for ever, and a refusal is final', async () => {
    const { store, requests } = await open(() => s3Error(503, 'SlowDown'));
    expect(await failure(store.probe(signal))).toMatchObject({ retryable: true });
    const tried = requests.filter(({ method }) => method === 'PUT');
    expect(tried).toHaveLength(lockProbeTries);
    front?.requests.splice(0);
    if (front !== undefined) front.manner = () => s3Error(403, 'AccessDenied');
    expect(await failure(store.probe(signal))).toMatchObject({ retryable: false });
    expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  }, 30_000);
});

describe('what the store answers', () => {
  test('is not kept where it is larger than any record', async () => {
    const body = ' '.repeat(lockRecordChars + 1);
    const { store } = await open(() => ({ ...written, body }));
    const stored = await store.read('repository', signal);
    expect([stored?.version, stored?.text.length]).toEqual(['"1"', 0]);
  });

  test.each([
    ['412', s3Error(412, 'PreconditionFailed')],
    ['404, where the version is gone', s3Error(404, 'NoSuchKey')],
  ])('%s to a write means that another came first', async (_, answer) => {
    const { store, requests } = await open(() => answer);
    expect(await store.swap('repository', '"0"', 'one', signal)).toBeUndefined();
    expect(await store.release('repository', '"0"', 'one', signal)).toBe(false);
    expect(requests).toHaveLength(2);
  });

  test('409 means that another write is under way: it is sent again, and not for ever', async () => {
    let left = 2;
    const conflict = s3Error(409, 'ConditionalRequestConflict');
    const { store, requests } = await open(() => (left-- > 0 ? conflict : written));
    expect(await store.swap('repository', '"0"', 'one', signal)).toBe('"1"');
    expect(requests).toHaveLength(3);
    left = Infinity;
    expect(await failure(store.swap('repository', '"0"', 'one', signal))).toMatchObject({
      reason: 'lock-store-error',
      retryable: true,
    });
    expect(requests).toHaveLength(3 + lockConflictTries);
  });

  test.each<[string, Manner]>([
    ['a cut connection', () => 'reset'],
    ['503', () => s3Error(503, 'SlowDown')],
    ['429', () => s3Error(429, 'TooManyRequests')],
  ])('%s may pass, and is not sent again by itself', async (_, manner) => {
    const { store, requests } = await open(manner);
    expect(await failure(store.swap('repository', '"0"', 'one', signal))).toMatchObject({
      reason: 'lock-store-error',
      retryable: true,
    });
    expect(requests).toHaveLength(1);
  });

  test('a redirect leads nowhere, and says which region the bucket is in', async () => {
    await using elsewhere = await startFront(undefined, () => written);
    const { store } = await open(() => ({
      status: 307,
      headers: { location: `${elsewhere.place.endpoint}/`, 'x-amz-bucket-region': 'eu-north-1' },
    }));
    expect(await failure(store.read('repository', signal))).toMatchObject({
      retryable: false,
      hint: expect.stringContaining('`eu-north-1`'),
    });
    expect(elsewhere.requests).toEqual([]);
  });

  test.each([
    [403, 'AccessDenied', 'to list the bucket'],
    [403, 'SignatureDoesNotMatch', 'AWS_SECRET_ACCESS_KEY'],
    [403, 'InvalidAccessKeyId', 'AWS_ACCESS_KEY_ID'],
    [400, 'ExpiredToken', 'ran out'],
    [404, 'NoSuchBucket', 'bucket'],
  ])('%d %s says what to look at, and will not pass', async (status, code, hint) => {
    const { store, place } = await open(() => s3Error(status, code));
    const error = await failure(store.read('repository', signal));
    expect(error).toMatchObject({ reason: 'lock-store-error', retryable: false });
    expect(error.message).toBe(
      `Could not read the lock s3://locks/mention-loop/repository: GET at ${place.endpoint} was answered with ${status} (${code}).`,
    );
    expect(error.hint).toContain(hint);
  });

  test('a call ends with its signal', async () => {
    const late = new AbortController();
    const { store } = await open(() => {
      late.abort(new ActionError('cancelled', 'Enough.'));
      return Promise.race([]);
    });
    expect(await failure(store.read('repository', late.signal))).toMatchObject({
      reason: 'cancelled',
    });
  });
});

test('no failure holds anything of the credentials', async () => {
  const [accessKeyId, secretAccessKey, sessionToken] = ['AKIDSEEN', 'secret-seen', 'token-seen'];
  const body = `<Error><Code>AccessDenied</Code><AWSAccessKeyId>${accessKeyId}</AWSAccessKeyId><Message>${sessionToken}</Message></Error>`;
  const manners: Manner[] = [() => 'reset', () => ({ status: 403, body }), () => ({ status: 500 })];
  const { place } = await open((...call) => manners.shift()?.(...call));
  const store = openS3Store({
    ...place,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  const shown: string[] = [];
  while (manners.length > 0)
    shown.push(
      inspect(await failure(store.swap('repository', '"0"', 'one', signal)), { depth: 10 }),
    );
  expect(shown).toHaveLength(3);
  expect(shown.join('\n')).not.toMatch(/AKIDSEEN|seen|Signature=/);
});

test('an object is named, and cleared, as people do it', async () => {
  const { store, place } = await open(() => written);
  expect(store.nameOf('repository')).toBe('s3://locks/mention-loop/repository');
  expect(store.clearCommand('repository')).toBe(
    `aws s3 rm s3://locks/mention-loop/repository --region us-east-1 --endpoint-url ${place.endpoint}`,
  );
  const bare = openS3Store({ ...place, prefix: '', endpoint: undefined });
  expect(bare.clearCommand('repository')).toBe(
    'aws s3 rm s3://locks/repository --region us-east-1',
  );
});
