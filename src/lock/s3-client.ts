import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { HttpClient } from '@actions/http-client';
import { AwsV4Signer } from 'aws4fetch';
import { fetch } from 'undici';

import { ActionError, messageOf } from '../errors.ts';
import { requestMs } from '../limits.ts';
import { lockConflictPauseMs, lockConflictTries, lockRecordChars } from '../limits/lock.ts';

/** A folder of objects, and who we are there. */
export interface S3Place {
  bucket: string;
  /** Without a slash at either end; may be empty. */
  prefix: string;
  region: string;
  /** The origin of another store than Amazon's. */
  endpoint: string | undefined;
  credentials: S3Credentials;
}

/** Secret. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
}

/** What is asked of one object; `onlyIf` as HTTP's own conditional headers (RFC 9110, section 13.1). */
export interface ObjectCall {
  method: 'GET' | 'PUT' | 'DELETE';
  /** Below the prefix. */
  name: string;
  onlyIf?: { 'if-match': string } | { 'if-none-match': '*' };
  body?: string;
}

/** The store's answer, whatever it says. */
export interface ObjectAnswer {
  status: number;
  /** Of the object; empty where there is none. */
  etag: string;
  body: string;
  /** The store's word for what went wrong, such as `NoSuchKey`; empty where it has none. */
  code: string;
  /** Where another region is the right one. */
  region: string | undefined;
}

/** An object for people, such as `s3://bucket/locks/KEY`. */
export function uriOf({ bucket, prefix }: S3Place, name: string): string {
  return ['s3:/', bucket, ...(prefix === '' ? [] : [prefix]), name].join('/');
}

/**
 * Sends one call, and again while the store says that another one was under way (409). A redirect is
 * an answer: what is signed goes nowhere else. Throws `lock-store-error`, `retryable`, where no answer
 * came, and the signal's reason. Neither holds anything of the credentials.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function callObject(
  place: S3Place,
  call: ObjectCall,
  signal: AbortSignal,
): Promise<ObjectAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await callOnce(place, call, signal);
    if (answer.status !== 409 || attempt >= lockConflictTries) return answer;
    await sleep(lockConflictPauseMs * attempt, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
}

/** It keeps the connections to a proxy. */
const network = new HttpClient();

async function callOnce(
  place: S3Place,
  call: ObjectCall,
  signal: AbortSignal,
): Promise<ObjectAnswer> {
  const signed = await sign(place, call);
  const either = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
  try {
    const { url, ...request } = signed;
    // Node's own `fetch` knows no proxy; this finds it as GitHub's client does (`HTTPS_PROXY`, `NO_PROXY`).
    const dispatcher = network.getAgentDispatcher(url);
    const how = { ...request, redirect: 'manual', signal: either } as const;
    const response = await fetch(url, { ...how, ...(dispatcher && { dispatcher }) });
    const body = await readBody(response.body ?? []);
    const { status, headers } = response;
    const etag = headers.get('etag') ?? '';
    const [, code = ''] = /<Code>([A-Za-z]{1,80})<\/Code>/.exec(status < 300 ? '' : body) ?? [];
    return { status, etag, body, code, region: headers.get('x-amz-bucket-region') ?? undefined };
  } catch (thrown) {
    signal.throwIfAborted();
    throw failed(place, call, `got no answer (${causeOf(thrown)})`, { retryable: true });
  }
}

/** Signed with what it carries: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
async function sign(place: S3Place, { method, name, onlyIf, body }: ObjectCall): Promise<Signed> {
  const { accessKeyId, secretAccessKey, sessionToken } = place.credentials;
  const digest = createHash('sha256').update(body ?? '');
  const headers = { ...onlyIf, 'x-amz-content-sha256': digest.digest('hex') };
  const signer = new AwsV4Signer({
    method,
    url: addressOf(place, name),
    headers,
    service: 's3',
    region: place.region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  });
  const { url, headers: all } = await signer.sign();
  return {
    url: url.href,
    method,
    headers: Object.fromEntries(all),
    ...(body !== undefined && { body }),
  };
}

interface Signed extends NonNullable<Parameters<typeof fetch>[1]> {
  url: string;
}

/** Others can write an object: of one that is larger than a record nothing is kept. */
async function readBody(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > lockRecordChars) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Where an object is. The bucket is a part of the host where that is Amazon's, unless a dot in its name would leave the
 * certificate's reach; elsewhere it is a part of the path.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function addressOf({ bucket, prefix, region, endpoint }: S3Place, name: string): string {
  const object = prefix === '' ? name : `${prefix}/${name}`;
  if (endpoint !== undefined) return `${endpoint}/${bucket}/${object}`;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  if (bucket.includes('.')) return `https://s3.${region}.${domain}/${bucket}/${object}`;
  return `https://${bucket}.s3.${region}.${domain}/${object}`;
}

function causeOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (thrown instanceof Error && thrown.name === 'TimeoutError')
    return `none in ${requestMs / 1000} s`;
  return messageOf(cause ?? thrown);
}

/** What the store refused, as the error that people read. */
export function toRefusal(
  place: S3Place,
  call: ObjectCall,
  { status, code, region }: ObjectAnswer,
): ActionError {
  const happened = `was answered with ${status}${code === '' ? '' : ` (${code})`}`;
  const retryable = status >= 500 || [408, 409, 429].includes(status);
  const elsewhere = status >= 300 && status < 400;
  const hint = elsewhere
    ? `The bucket is in the region \`${region ?? 'of another name'}\`: say so in the input \`lock-store\`.`
    : (hints[code] ?? (status === 401 || status === 403 ? hints['AccessDenied'] : ''));
  return failed(place, call, happened, { retryable, ...(hint && { hint }) });
}

const hints: Record<string, string> = {
  AccessDenied:
    'The key in `AWS_ACCESS_KEY_ID` needs to get, put and delete objects below the prefix, and to list the bucket: without that, what is not there is forbidden.',
  InvalidAccessKeyId: 'Look at `AWS_ACCESS_KEY_ID`.',
  SignatureDoesNotMatch: 'Look at `AWS_SECRET_ACCESS_KEY`.',
  ExpiredToken: 'The credentials ran out: they must outlast the run.',
  NoSuchBucket: 'Look at the bucket in the input `lock-store`, and at its endpoint.',
};

function failed(
  place: S3Place,
  { method, name }: ObjectCall,
  happened: string,
  options: { hint?: string; retryable: boolean },
): ActionError {
  const doing = { GET: 'read', PUT: 'write', DELETE: 'delete' }[method];
  const at = place.endpoint === undefined ? '' : ` at ${place.endpoint}`;
  const message = `Could not ${doing} the lock ${uriOf(place, name)}: ${method}${at} ${happened}.`;
  return new ActionError('lock-store-error', message, options);
}
