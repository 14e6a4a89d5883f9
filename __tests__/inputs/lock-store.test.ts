import { describe, expect, test } from '@jest/globals';

import { readLockStore } from '../../src/inputs/lock-store.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'shh/+=' };
const read = (store: string, env: Record<string, string> = keys) =>
  readLockStore({ ...env, 'INPUT_LOCK-STORE': store });

test.each(['', 'github', ' github '])('%j is the repository, and needs no keys', (store) => {
  expect(read(store, {})).toBe('github');
});

test('a bucket, a prefix, a region, an endpoint and the usual variables are read', () => {
  const token = { AWS_SESSION_TOKEN: 'token' };
  const store = 's3://my-locks/a/b_c.d/?region=eu-central-1&endpoint=https://s3.example.com:9000/';
  expect(read(store, { ...keys, ...token })).toEqual({
    bucket: 'my-locks',
    prefix: 'a/b_c.d',
    region: 'eu-central-1',
    endpoint: 'https://s3.example.com:9000',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'shh/+=', sessionToken: 'token' },
  });
  expect(read('s3://my-locks?region=eu-central-1')).toMatchObject({
    prefix: '',
    endpoint: undefined,
    credentials: { sessionToken: undefined },
  });
});

test.each([
  ['s3://locks?region=a-1', { AWS_REGION: 'b-1', AWS_DEFAULT_REGION: 'c-1' }, 'a-1'],
  ['s3://locks', { AWS_REGION: 'b-1', AWS_DEFAULT_REGION: 'c-1' }, 'b-1'],
  ['s3://locks', { AWS_REGION: '', AWS_DEFAULT_REGION: 'c-1' }, 'c-1'],
  ['s3://locks?endpoint=http://127.0.0.1:9000', {}, 'us-east-1'],
])('the region of %s with %j is %s', (store, env, region) => {
  expect(read(store, { ...keys, ...env })).toMatchObject({ region });
});

test.each([
  ['https://locks', '"https://locks"'],
  ['s3:locks', '"s3:locks"'],
  ['locks', '"locks"'],
  ['s3://Locks_1?region=a-1', '"Locks_1"'],
  ['s3://lo?region=a-1', '"lo"'],
  ['s3://locks/a b?region=a-1', '"a%20b"'],
  ['s3://locks/a//b?region=a-1', '"a//b"'],
  ["s3://locks/a'b?region=a-1", '"a\'b"'],
  ['s3://locks?region=a_1', '"a_1"'],
  ['s3://locks?region=', '""'],
  ['s3://locks?region=a-1&endpoint=http://s3.example.com', '"http://s3.example.com"'],
  ['s3://locks?region=a-1&endpoint=ftp://localhost', '"ftp://localhost"'],
  ['s3://locks?region=a-1&endpoint=https://s3.example.com/x', '"https://s3.example.com/x"'],
])('%s is refused, and %s is quoted', (store, quoted) => {
  expect(() => read(store)).toThrow(
    expect.objectContaining({
      reason: 'invalid-input',
      message: expect.stringContaining(`The input \`lock-store\` is ${quoted}`),
    }),
  );
});

describe('nothing is quoted of', () => {
  test.each([
    ['credentials in the address', 's3://AKID:hidden@locks?region=a-1'],
    ['a user in the address', 's3://hidden@locks?region=a-1'],
    ['an address that is none', 's3://AKID:hidden@lo cks/?region=a-1'],
    ['a parameter that is no option', 's3://locks?region=a-1&secretAccessKey=hidden'],
    ['a parameter twice', 's3://locks?region=a-1&region=hidden'],
    ['a fragment', 's3://locks?region=a-1#hidden'],
    ['an endpoint with credentials', 's3://locks?region=a-1&endpoint=https://a:hidden@host'],
    ['an endpoint that is none', 's3://locks?region=a-1&endpoint=hidden'],
  ])('%s', (_, store) => {
    const refused = expect.objectContaining({
      reason: 'invalid-input',
      message: expect.stringMatching(/^The input `lock-store` (?!.*hidden)/),
    });
    expect(() => read(store)).toThrow(refused);
  });

  test.each([
    ['AWS_ACCESS_KEY_ID', '', 'is not set'],
    ['AWS_SECRET_ACCESS_KEY', '', 'is not set'],
    ['AWS_SECRET_ACCESS_KEY', 'hidden\nhidden', 'holds white space'],
    ['AWS_SESSION_TOKEN', 'hiddené', 'holds white space'],
  ])('%s that is %j', (variable, value, problem) => {
    const message = `The input \`lock-store\` needs credentials in the step's \`env\`, and \`${variable}\` ${problem}`;
    const refused = expect.objectContaining({
      reason: 'invalid-input',
      message: expect.stringMatching(/^(?!.*hidden)/s),
    });
    const reading = () => read('s3://locks?region=a-1', { ...keys, [variable]: value });
    expect(reading).toThrow(refused);
    expect(reading).toThrow(message);
  });
});

test('where nothing says which region, that is said', () => {
  expect(() => read('s3://locks')).toThrow('names no `region`');
});
