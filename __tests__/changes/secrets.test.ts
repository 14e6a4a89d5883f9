import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterAll, expect, jest, test } from '@jest/globals';

import { findSecrets } from '../../src/changes/secrets.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { removeFolders } from '../thread/repository.ts';
import { capture, newRepository, signal } from './setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const secret = 'canary-value-0123456789';
const token = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2)}`;
const redactor = createRedactor([secret]);

type Act = (
  write: (name: string, content: string | Buffer) => void,
  at: (name: string) => string,
) => void;

const filler = 'const x = 1;\n'.repeat(400_000);
const before = {
  'clean.txt': 'clean\n',
  'had.txt': `first\nkey = ${secret}\nlast\n`,
  'large.txt': `${filler}${secret}\n`,
};

test.each<[what: string, act: Act, found: string[]]>([
  ['nothing where there is none', (write) => write('clean.txt', 'changed'), []],
  ['an added line', (write) => write('clean.txt', `clean\nkey = ${secret}\n`), ['clean.txt']],
  ['a new file', (write) => write('a/b.txt', secret), ['a/b.txt']],
  ['a token that is known by its shape', (write) => write('a.txt', `x ${token}`), ['a.txt']],
  [
    'another spelling',
    (write) => write('a.txt', Buffer.from(secret).toString('base64')),
    ['a.txt'],
  ],
  ['one broken over two lines', (write) => write('a.txt', 'canary-value-\n0123456789'), ['a.txt']],
  [
    'one of which half stood there',
    (write) => {
      write('had.txt', before['had.txt'].replace('first', `first\n${token}`));
    },
    ['had.txt'],
  ],
  [
    'a binary file',
    (write) => write('a.bin', Buffer.from(`\0\x01\xff\xfe${secret}\0\0`, 'latin1')),
    ['a.bin'],
  ],
  ['UTF-16', (write) => write('a.txt', Buffer.from(`\uFEFF${secret}`, 'utf16le')), ['a.txt']],
  [
    'UTF-16 the other way',
    (write) => write('a.txt', Buffer.from(secret, 'utf16le').swap16()),
    ['a.txt'],
  ],
  ['the name of a file', (write) => write(`a/${secret}/b.txt`, 'x'), [`a/${secret}/b.txt`]],
  ['where a link leads', (_, at) => symlinkSync(`/tmp/${secret}`, at('link')), ['link']],
  [
    'no line that stood there before',
    (write) => write('had.txt', `${before['had.txt']}more\n`),
    [],
  ],
  ['no line that was moved', (write) => write('had.txt', `key = ${secret}\nfirst\nlast\n`), []],
  [
    'the same once more',
    (write) => write('had.txt', `${before['had.txt']}again ${secret}\n`),
    ['had.txt'],
  ],
  ['none where it is taken out', (write) => write('had.txt', 'first\nlast\n'), []],
  ['none where its file is renamed', (_, at) => renameSync(at('had.txt'), at('renamed.txt')), []],
  ['a copy in another file', (write) => write('copy.txt', before['had.txt']), ['copy.txt']],
  [
    'no line of a large file that stood there',
    (write) => write('large.txt', `x\n${before['large.txt']}`),
    [],
  ],
  [
    'one far into a large file',
    (write) => write('large.txt', `${filler}${secret}\n${filler}${secret}`),
    ['large.txt'],
  ],
  [
    'one where a large file is cut for the search',
    (write) =>
      write(
        'cut.txt',
        'x'.repeat(4 * 1024 * 1024 - 64 * 1024 - 10) + secret + '\n'.repeat(100_000),
      ),
    ['cut.txt'],
  ],
  [
    'one where the first piece of a large file ends',
    (write) => write('cut.txt', 'x'.repeat(4 * 1024 * 1024 - 10) + secret + '\n'.repeat(100_000)),
    ['cut.txt'],
  ],
])('what adds a secret is found: %s', async (_, act, found) => {
  const { workspace, store, changes } = await capture(newRepository(before));
  const at = (name: string): string => join(workspace, name);
  act((name, content) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  }, at);
  expect(await findSecrets(store, await changes(), redactor, signal)).toEqual(found);
});
