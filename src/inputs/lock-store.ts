import type { S3Credentials, S3Place } from '../lock/s3-client.ts';
import { type Env, refuse, refuseUnquoted, text } from './fields.ts';
import { isLoopback } from './server.ts';

const name = 'lock-store';
const shape = 'expected `github`, or `s3://bucket/prefix?region=...&endpoint=...`';

/**
 * Where locks are kept: `github`, or an S3 store with the credentials of the usual variables.
 * Throws `invalid-input`; nothing is quoted of what may hold a secret.
 * https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */
export function readLockStore(env: Env): 'github' | S3Place {
  const given = text(env, name);
  if (given === '' || given === 'github') return 'github';
  const url = URL.parse(given);
  if (url === null || url.protocol !== 's3:' || url.host === '')
    throw given.includes('@')
      ? refuseUnquoted(name, `is of no use; ${shape}`)
      : refuse(name, given, shape);
  if (url.username !== '' || url.password !== '' || url.hash !== '' || url.port !== '') {
    const instead = '`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`';
    throw refuseUnquoted(
      name,
      `holds credentials, a port or a fragment; give the former as ${instead}`,
    );
  }
  const options = readOptions(url);
  const place = {
    bucket: readBucket(url),
    prefix: readPrefix(url),
    endpoint: readEndpoint(options),
  };
  return { ...place, region: readRegion(env, options, place.endpoint), credentials: readKeys(env) };
}

type Options = ReadonlyMap<string, string>;

/** A parameter that is no option may be a key that was put into the wrong place. */
function readOptions({ searchParams }: URL): Options {
  const names = [...searchParams.keys()];
  const wrong = names.find((each) => each !== 'region' && each !== 'endpoint');
  const isTwice = new Set(names).size < names.length;
  if (wrong !== undefined || isTwice)
    throw refuseUnquoted(
      name,
      'may have one `region` and one `endpoint` behind its `?`, and nothing else',
    );
  return new Map(searchParams);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function readBucket({ hostname }: URL): string {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(hostname)) return hostname;
  throw refuse(
    name,
    hostname,
    'expected the name of a bucket: 3 to 63 of `a-z`, `0-9`, `.` and `-`',
  );
}

/** Only what needs no encoding in an address, and no quotes in a shell. */
function readPrefix({ pathname }: URL): string {
  const prefix = pathname.replaceAll(/^\/+|\/+$/g, '');
  const isPlain = prefix.split('/').every((part) => /^(?!\.{1,2}$)[\w.-]+$/.test(part));
  if (prefix === '' || (isPlain && prefix.length <= 500)) return prefix;
  throw refuse(name, prefix, 'expected a prefix of `A-Z`, `a-z`, `0-9`, `.`, `_`, `-` and `/`');
}

function readEndpoint(options: Options): string | undefined {
  const given = options.get('endpoint');
  if (given === undefined) return undefined;
  const url = URL.parse(given);
  if (url === null || url.username !== '' || url.password !== '')
    throw refuseUnquoted(
      name,
      'has an `endpoint` that is no plain address, such as `https://host`',
    );
  const { protocol, hostname, pathname, search, hash, origin } = url;
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname)))
    throw refuse(name, given, 'expected an `endpoint` that begins with `https://`');
  if (pathname === '/' && search === '' && hash === '') return origin;
  throw refuse(name, given, 'expected an `endpoint` without a path');
}

function readRegion(env: Env, options: Options, endpoint: string | undefined): string {
  const byDefault = endpoint === undefined ? undefined : 'us-east-1';
  const variable = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined;
  const region = options.get('region') ?? variable ?? byDefault;
  if (region === undefined)
    throw refuseUnquoted(name, 'names no `region`, and neither `AWS_REGION` nor `endpoint` is set');
  if (/^[a-z0-9-]{1,60}$/.test(region)) return region;
  throw refuse(name, region, 'expected a region such as `eu-central-1`');
}

function readKeys(env: Env): S3Credentials {
  return {
    accessKeyId: readKey(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: readKey(env, 'AWS_SECRET_ACCESS_KEY'),
    sessionToken: env['AWS_SESSION_TOKEN'] ? readKey(env, 'AWS_SESSION_TOKEN') : undefined,
  };
}

/** Node's own complaint about a header that cannot be sent would quote it. */
function readKey(env: Env, variable: string): string {
  const value = env[variable] ?? '';
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  const problem = value === '' ? 'is not set' : 'holds white space or characters beyond ASCII';
  throw refuseUnquoted(
    name,
    `needs credentials in the step's \`env\`, and \`${variable}\` ${problem}`,
  );
}
