import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { AwsV4Signer } from 'aws4fetch';

import { findMinio, startMinio, type Minio } from '../../playground/minio.ts';
import { callObject, type S3Place } from '../../src/lock/s3-client.ts';
import { openS3Store } from '../../src/lock/s3-store.ts';
import { s3Error, startFront, unconditional, type Manner } from './s3-front.ts';

// A store that is not to be had is looked at three times, some seconds apart.
jest.setTimeout(60_000);

const { signal } = new AbortController();
const path = await findMinio();
let server: Minio;
let place: S3Place;
let keys = 0;

/** A key that nobody has used. */
function newKey(): string {
  keys += 1;
  return `thread-issue-${keys}`;
}

/** MinIO deletes whatever the condition says; S3 itself keeps it, and so does what stands before it here. */
const keepsOnDelete: Manner = async (request, forward) => {
  const wanted = request.headers['if-match'];
  if (request.method !== 'DELETE' || wanted === undefined) return request;
  const there = await forward({ ...unconditional(request), method: 'GET' });
  if (there.status === 200 && there.headers?.['etag'] !== wanted)
    return s3Error(412, 'PreconditionFailed');
  return request;
};

async function listed(): Promise<string> {
  const { accessKeyId, secretAccessKey } = place.credentials;
  const signed = await new AwsV4Signer({
    url: `${place.endpoint}/${place.bucket}?list-type=2`,
    service: 's3',
    region: place.region,
    accessKeyId,
    secretAccessKey,
  }).sign();
  return await (await fetch(signed.url, { headers: signed.headers })).text();
}

function describeStore(): void {
  beforeAll(async () => {
    server = await startMinio(path ?? '');
    ({ place } = server);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test('a record is read as it was written', async () => {
    const store = openS3Store(place);
    const key = newKey();
    expect(await store.read(key, signal)).toBeUndefined();
    const text = JSON.stringify({ directory: '/srv/Größe "x"\\y' });
    const version = await store.swap(key, undefined, text, signal);
    expect(await store.read(key, signal)).toEqual({ text, version });
  });

  test('a record takes the place of the version that was judged, and of no other', async () => {
    const store = openS3Store(place);
    const key = newKey();
    const first = await store.swap(key, undefined, 'one', signal);
    expect(await store.swap(key, undefined, 'two', signal)).toBeUndefined();
    const second = await store.swap(key, first, 'three', signal);
    expect(await store.swap(key, first, 'four', signal)).toBeUndefined();
    expect(await store.read(key, signal)).toEqual({ text: 'three', version: second });
    await callObject(place, { method: 'DELETE', name: key }, signal);
    expect(await store.swap(key, second, 'five', signal)).toBeUndefined();
    expect(await store.read(key, signal)).toBeUndefined();
  });

  test('an answer that is lost leaves a record that can be found, and that is not written twice', async () => {
    await using front = await startFront(place, () => 'lost');
    const key = newKey();
    const swap = openS3Store(front.place).swap(key, undefined, 'one', signal);
    await expect(swap).rejects.toMatchObject({ reason: 'lock-store-error', retryable: true });
    const store = openS3Store(place);
    const there = await store.read(key, signal);
    expect(there?.text).toBe('one');
    expect(await store.swap(key, undefined, 'one', signal)).toBeUndefined();
    expect(await store.read(key, signal)).toEqual(there);
  });

  describe('looked at first', () => {
    test('a store that deletes unconditionally gives back by a record that says so', async () => {
      const store = openS3Store(place);
      await store.probe(signal);
      const key = newKey();
      const first = (await store.swap(key, undefined, 'one', signal)) ?? '';
      const second = (await store.swap(key, first, 'another', signal)) ?? '';
      expect(await store.release(key, first, 'released', signal)).toBe(false);
      expect(await store.read(key, signal)).toMatchObject({ text: 'another' });
      expect(await store.release(key, second, 'released', signal)).toBe(true);
      expect(await store.read(key, signal)).toMatchObject({ text: 'released' });
    });

    test('a store that deletes on a condition gives back by deleting that version only', async () => {
      await using front = await startFront(place, keepsOnDelete);
      const store = openS3Store(front.place);
      await store.probe(signal);
      const key = newKey();
      const first = (await store.swap(key, undefined, 'one', signal)) ?? '';
      const second = (await store.swap(key, first, 'another', signal)) ?? '';
      expect(await store.release(key, first, 'released', signal)).toBe(false);
      expect(await store.read(key, signal)).toMatchObject({ text: 'another' });
      expect(await store.release(key, second, 'released', signal)).toBe(true);
      expect(await store.read(key, signal)).toBeUndefined();
    });

    test.each([
      ['If-None-Match', 'if-none-match'],
      ['If-Match', 'if-match'],
    ])('a store that ignores %s is refused', async (name, header) => {
      await using front = await startFront(place, (request) =>
        request.method === 'PUT' && header in request.headers ? unconditional(request) : request,
      );
      await expect(openS3Store(front.place).probe(signal)).rejects.toMatchObject({
        reason: 'invalid-input',
        retryable: false,
        message: expect.stringMatching(
          new RegExp(`\`lock-store\` .* does not keep the condition ${name} `),
        ),
      });
    });

    test('one that does not know the conditions is refused as well', async () => {
      await using front = await startFront(place, (request) =>
        'if-none-match' in request.headers ? s3Error(501, 'NotImplemented') : request,
      );
      const asked = openS3Store(front.place).probe(signal);
      await expect(asked).rejects.toMatchObject({ reason: 'invalid-input' });
    });

    test('a store that is not to be had for now is not called unfit', async () => {
      await using front = await startFront(place, () => s3Error(503, 'SlowDown'));
      const asked = openS3Store(front.place).probe(signal);
      await expect(asked).rejects.toMatchObject({ reason: 'lock-store-error', retryable: true });
    });

    test('wrong credentials are told from that, without a word of them', async () => {
      const credentials = { ...place.credentials, secretAccessKey: 'not-the-secret' };
      const asked = openS3Store({ ...place, credentials }).probe(signal);
      await expect(asked).rejects.toMatchObject({
        reason: 'lock-store-error',
        retryable: false,
        message: expect.stringContaining('403 (SignatureDoesNotMatch)'),
      });
      await expect(asked).rejects.not.toMatchObject({
        message: expect.stringContaining('not-the-secret'),
      });
    });

    test('a bucket that is not there is named', async () => {
      const asked = openS3Store({ ...place, bucket: 'no-such-bucket' }).probe(signal);
      await expect(asked).rejects.toMatchObject({
        message: expect.stringContaining('s3://no-such-bucket/mention-loop/probe-'),
      });
    });

    test('nothing of it is left, however it ended', async () => {
      expect(await listed()).toContain('mention-loop/thread-issue-1');
      expect(await listed()).not.toContain('probe-');
    });
  });
}

// Which tests there are depends on the machine: only Go can install MinIO.
if (path === undefined) {
  test('MinIO is not on this machine (scripts/minio.ts, MENTION_LOOP_TEST_MINIO): no test on it', () => {
    expect(path).toBeUndefined();
  });
} else {
  describe('on a real S3 server', describeStore);
}
