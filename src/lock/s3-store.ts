import { setTimeout as sleep } from 'node:timers/promises';

import { lockProbeTries, lockRetryMs } from '../limits/lock.ts';
import { callObject, type ObjectCall, type S3Place, toRefusal, uriOf } from './s3-client.ts';
import { probeConditions } from './s3-probe.ts';
import type { LockStore } from './store.ts';
import { throwUnlessPassing } from './write.ts';

/** A lock store that has to be looked at before it is used for the first time. */
export interface S3Store extends LockStore {
  /**
   * Finds out which conditions the store keeps. Throws `invalid-input` where those that a lock needs
   * are not among them, and what fails `lockProbeTries` times. A store that was not asked releases without deleting.
   */
  probe(signal: AbortSignal): Promise<void>;
}

/**
 * Locks as objects, by conditional requests: put where there is none (If-None-Match), or in the place
 * of an entity tag (If-Match). An entity tag may be a digest: records with one text are one version,
 * and no two have one, since each says whose it is and since when.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
export function openS3Store(place: S3Place): S3Store {
  let keepsOnDelete = false;
  const swap: LockStore['swap'] = (name, version, text, signal) =>
    put(place, name, { version, text }, signal);
  return {
    reason: 'lock-store-error',
    probe: async (signal) => {
      keepsOnDelete = await probe(place, signal);
    },
    read: async (name, signal) => {
      const call: ObjectCall = { method: 'GET', name };
      const answer = await callObject(place, call, signal);
      if (answer.status === 200) return { text: answer.body, version: answer.etag };
      if (answer.code === 'NoSuchKey') return undefined;
      throw toRefusal(place, call, answer);
    },
    swap,
    release: async (name, version, text, signal) => {
      if (keepsOnDelete) return await remove(place, name, version, signal);
      return (await swap(name, version, text, signal)) !== undefined;
    },
    nameOf: (name) => uriOf(place, name),
    clearCommand: (name) => {
      const { region, endpoint } = place;
      const at = endpoint === undefined ? '' : ` --endpoint-url ${endpoint}`;
      return `aws s3 rm ${uriOf(place, name)} --region ${region}${at}`;
    },
  };
}

/** Every look is at an object of its own, so that one that failed leaves nothing in the way. */
async function probe(place: S3Place, signal: AbortSignal): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await probeConditions(place, signal);
    } catch (thrown) {
      const error = throwUnlessPassing(thrown, signal);
      if (attempt >= lockProbeTries) throw error;
    }
    await sleep(lockRetryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function put(
  place: S3Place,
  name: string,
  { version, text }: { version: string | undefined; text: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const onlyIf = version === undefined ? noneThere : { 'if-match': version };
  const call: ObjectCall = { method: 'PUT', name, onlyIf, body: text };
  const answer = await callObject(place, call, signal);
  if (answer.status === 200) return answer.etag;
  // What is no longer there has no version.
  if (answer.status === 412 || answer.code === 'NoSuchKey') return undefined;
  throw toRefusal(place, call, answer);
}

const noneThere = { 'if-none-match': '*' } as const;

async function remove(
  place: S3Place,
  name: string,
  version: string,
  signal: AbortSignal,
): Promise<boolean> {
  const call: ObjectCall = { method: 'DELETE', name, onlyIf: { 'if-match': version } };
  const answer = await callObject(place, call, signal);
  if (answer.status < 300) return true;
  if (answer.status === 412 || answer.code === 'NoSuchKey') return false;
  throw toRefusal(place, call, answer);
}
