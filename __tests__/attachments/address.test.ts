import { describe, expect, test } from '@jest/globals';
import { readHeld } from '../../src/attachments/address.ts';
import { isHostOf, mayHaveToken } from '../../src/attachments/hosts.ts';

const github = { origin: 'https://github.com', repository: 'octo-org/hello-world' };
const enterprise = { origin: 'https://git.example.com', repository: 'octo-org/hello-world' };
const id = '0a1b2c3d-0123-4567-89ab-0123456789ab';
const images = 'https://user-images.githubusercontent.com';
const signed = 'https://private-user-images.githubusercontent.com';

describe('what GitHub holds for comments', () => {
  test.each([
    [github, `https://github.com/user-attachments/assets/${id}`, undefined],
    [github, `https://github.com/user-attachments/assets/${id}?x=1#y`, undefined],
    [github, 'https://github.com/user-attachments/files/123/log.txt', 'log.txt'],
    [github, `https://github.com/Octo-Org/hello-world/assets/12/${id}`, undefined],
    [github, 'https://github.com/octo-org/hello-world/files/123/log.txt', 'log.txt'],
    [github, `${images}/1/2-${id}.png`, undefined],
    [github, `${signed}/1/2-${id}.png?jwt=abc`, undefined],
    [enterprise, `https://git.example.com/user-attachments/assets/${id}`, undefined],
    [enterprise, `https://media.git.example.com/user/6/files/${id}`, undefined],
    [enterprise, `https://git.example.com/storage/user/6/files/${id}`, undefined],
  ])('is known by its address: %j %s', (server, address, name) => {
    expect(readHeld(address, server)).toMatchObject({ name });
  });

  test('has one key, whatever the address', () => {
    const keys = [
      `https://github.com/user-attachments/assets/${id}`,
      `${signed}/1/2-${id}.png?jwt=x`,
    ];
    expect(new Set(keys.map((address) => readHeld(address, github)?.key)).size).toBe(1);
  });
});

test.each([
  [github, 'https://evil.test/user-attachments/assets/x.png'],
  [github, `https://evil.test/user-attachments/assets/${id}`],
  [github, `http://github.com/user-attachments/assets/${id}`],
  [github, `https://github.com:8443/user-attachments/assets/${id}`],
  [github, `https://github.com@evil.test/user-attachments/assets/${id}`],
  [github, `https://x:y@github.com/user-attachments/assets/${id}`],
  [github, `https://github.com.evil.test/user-attachments/assets/${id}`],
  [github, `https://github.com/user-attachments/assets/${id}/../../../settings`],
  [github, `https://github.com/user-attachments/assets/%2e%2e/x`],
  [github, 'https://github.com/user-attachments/files/123/a/b'],
  [github, 'https://github.com/other-org/private/files/123/log.txt'],
  [github, `https://github.com/octo-org/hello-world-2/assets/12/${id}`],
  [github, 'https://github.com/octo-org/hello-world/raw/main/x.png'],
  [github, `https://raw.githubusercontent.com/1/2-${id}.png`],
  [github, `${images}.evil.test/1/2-${id}.png`],
  [github, `/user-attachments/assets/${id}`],
  [github, 'file:///etc/passwd'],
  [github, 'data:image/png;base64,AAAA'],
  [github, 'http://169.254.169.254/latest/meta-data'],
  [enterprise, `https://github.com/user-attachments/assets/${id}`],
  [enterprise, `${images}/1/2-${id}.png`],
])('nothing else is: %j %s', (server, address) => {
  expect(readHeld(address, server)).toBeUndefined();
});

describe('where a redirect may lead', () => {
  test.each([
    [github, 'https://github.com/x', true],
    [github, 'https://objects.githubusercontent.com/x', true],
    [github, 'https://github-production-user-asset-6210df.s3.amazonaws.com/x?y', true],
    [github, 'https://another-bucket.s3.amazonaws.com/x', false],
    [github, 'https://raw.githubusercontent.com/x', false],
    [github, 'https://gist.github.com/x', false],
    [github, 'http://objects.githubusercontent.com/x', false],
    [github, 'https://objects.githubusercontent.com:444/x', false],
    [github, 'https://x@objects.githubusercontent.com/x', false],
    [github, 'http://127.0.0.1/x', false],
    [github, 'https://10.0.0.1/x', false],
    [enterprise, 'https://media.git.example.com/x', true],
    [enterprise, 'https://example.com/x', false],
    [enterprise, 'https://evilgit.example.com/x', false],
    [enterprise, 'https://objects.githubusercontent.com/x', false],
  ])('%j %s: %s', (server, address, may) => {
    expect(isHostOf(new URL(address), server, [])).toBe(may);
  });

  test.each([
    [github, 'https://github.com/x', true],
    [github, 'https://objects.githubusercontent.com/x', false],
    [enterprise, 'https://media.git.example.com/x', false],
    [{ ...github, origin: 'http://git.example.com' }, 'http://git.example.com/x', false],
    [{ ...github, origin: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1/x', true],
    [{ ...github, origin: 'http://127.0.0.1:1' }, 'http://127.0.0.1:2/x', false],
  ])('the token goes to the server itself: %j %s: %s', (server, address, may) => {
    expect(mayHaveToken(new URL(address), server)).toBe(may);
  });
});
