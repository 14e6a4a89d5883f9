import { randomUUID } from 'node:crypto';
import { ActionError } from '../errors.ts';
import { cleanupMs } from '../limits.ts';
import {
  callObject,
  type ObjectAnswer,
  type ObjectCall,
  type S3Place,
  toRefusal,
  uriOf,
} from './s3-client.ts';

/** What no object's entity tag is. */
const nothing = '"00000000000000000000000000000000"';

/**
 * Finds out, on an object of its own that it takes away again, which conditions a store keeps: S3's
 * own do, others ignore one, or all. Resolves to whether a DELETE with If-Match deletes that version
 * only. Throws `invalid-input` where a PUT does not keep If-None-Match and If-Match.
 */
export async function probeConditions(place: S3Place, signal: AbortSignal): Promise<boolean> {
  const name = `probe-${randomUUID()}`;
  const call = (rest: Omit<ObjectCall, 'name'>): Promise<ObjectAnswer> =>
    callObject(place, { ...rest, name }, signal);
  try {
    const first = await call({ method: 'PUT', body: '1', onlyIf: { 'if-none-match': '*' } });
    if (first.status !== 200) throw refusal(place, name, first, 'If-None-Match');
    const again = await call({ method: 'PUT', body: '2', onlyIf: { 'if-none-match': '*' } });
    if (again.status !== 412) throw refusal(place, name, again, 'If-None-Match');
    const foreign = await call({ method: 'PUT', body: '3', onlyIf: { 'if-match': nothing } });
    if (foreign.status !== 412) throw refusal(place, name, foreign, 'If-Match');
    const next = await call({ method: 'PUT', body: '4', onlyIf: { 'if-match': first.etag } });
    if (next.status !== 200) throw refusal(place, name, next, 'If-Match');
    const stale = await call({ method: 'DELETE', onlyIf: { 'if-match': first.etag } });
    if (stale.status !== 412) return false;
    const own = await call({ method: 'DELETE', onlyIf: { 'if-match': next.etag } });
    return own.status < 300;
  } finally {
    await tidy(place, name);
  }
}

/** Nobody else knows the object: it may go without a condition. What is left of it does no harm. */
async function tidy(place: S3Place, name: string): Promise<void> {
  const signal = AbortSignal.timeout(cleanupMs);
  await callObject(place, { method: 'DELETE', name }, signal).catch(() => undefined);
}

/** The store refused the call, or did what it should not have done: then it is no place for a lock. */
function refusal(
  place: S3Place,
  name: string,
  answer: ObjectAnswer,
  condition: string,
): ActionError {
  const isIgnored =
    answer.status < 300 || answer.status === 412 || answer.code === 'NotImplemented';
  if (!isIgnored) return toRefusal(place, { method: 'PUT', name }, answer);
  const store = `${uriOf(place, '')}${place.endpoint === undefined ? '' : ` at ${place.endpoint}`}`;
  const message = `The input \`lock-store\` names a store that does not keep the condition ${condition} on a PUT: ${store}.`;
  const hint =
    'Two runs could take one lock there. Give a store that keeps it, such as S3, R2 or MinIO, or leave the input away.';
  return new ActionError('invalid-input', message, { hint });
}
