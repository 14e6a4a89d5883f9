/** A client with a token sends `serve` a tar stream that is meant to write elsewhere, or too much. */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';

import { eventually, secrets } from '../serve/setting.ts';
import { openFrontWith, type SpacesScene } from '../serve/spaces.ts';
import { end, long, member, pax } from '../serve/tars.ts';

jest.setTimeout(120_000);

const file = (name: string): Buffer => member({ name, content: 'x' });
const link = (name: string, linkname: string): Buffer => member({ name, type: '2', linkname });

/** All that there is below the two folders, but for the secret that tokens' folders are named by. */
async function left({ directory, state }: SpacesScene): Promise<string[]> {
  const all = await Promise.all(
    [directory, state].map((path) => readdir(path, { recursive: true })),
  );
  return all.flat().filter((name) => name !== 'secret' && !/^[\da-f]{16}$/.test(name));
}

async function expectRefused(
  scene: SpacesScene,
  pieces: readonly Buffer[],
  status: number,
  why: string,
): Promise<void> {
  const answer = await scene.put('issue-1', [Buffer.concat(pieces)]);
  expect({ ...answer, told: scene.told }).toMatchObject({
    status,
    body: expect.stringContaining(why),
    told: [],
  });
  expect(await left(scene)).toEqual([]);
  expect((await scene.ask('GET', '/workspaces/issue-1/patch')).status).toBe(404);
}

const names: [string, string, string][] = [
  ['a parent', '../x', 'leads out'],
  ['a parent in the middle', 'a/../../x', 'leads out'],
  ['a parent at the end', 'a/..', 'leads out'],
  ['a parent behind backslashes', 'a\\..\\..\\x', 'leads out'],
  ['the root', '/etc/x', 'absolute'],
  ['a drive', 'C:\\x', 'absolute'],
  ['a share', '\\\\host\\x', 'absolute'],
  ['nothing between slashes', 'a//x', 'plain form'],
  ['a dot', './x', 'plain form'],
  ['a dot in the middle', 'a/./x', 'plain form'],
  ['a slash at its end', 'a/', 'plain form'],
  ['git’s folder', '.git/config', "git's own"],
  ['git’s folder in capitals', '.GIT/hooks/post-checkout', "git's own"],
  ['git’s folder further down', 'a/.gIt/config', "git's own"],
  ['git’s short name on NTFS', 'GIT~1/config', "git's own"],
  ['git’s folder with what NTFS leaves out', '.git . ./config', "git's own"],
  ['a stream of git’s folder on NTFS', '.git::$INDEX_ALLOCATION/config', "git's own"],
  ['git’s folder behind a backslash', 'a\\.git\\config', "git's own"],
  ['git’s folder with what HFS+ leaves out', '.g\u200cit/config', "git's own"],
  ['git’s folder with a mark of byte order', '\ufeff.git/config', "git's own"],
  ['a part that is too long', `a/${'x'.repeat(256)}`, 'too long'],
  ['a way that is too long', 'x/'.repeat(2_100) + 'x', 'too long'],
];

describe('a snapshot is refused, and nothing of it is left, where a name is of', () => {
  test.each(names)('%s', async (_, name, why) => {
    await using scene = await openFrontWith();
    const bytes = Buffer.from(name).toString('latin1');
    const plain = bytes.length <= 100 ? [file(bytes)] : [long(bytes), file('short')];
    await expectRefused(scene, [file('good'), ...plain, end], 422, why);
    await expectRefused(scene, [pax({ path: name }), file('good'), end], 422, why);
  });
});

const archives: [string, Buffer[], number, string][] = [
  ['a name with a NUL', [pax({ path: 'a\0b' }), file('x')], 422, 'NUL'],
  ['a name of pax that is no UTF-8', [pax({ path: 'a\ufffdb' }), file('x')], 422, 'UTF-8'],
  [
    'a name for all that follow',
    [pax({ path: '../x' }, 'g'), pax({ comment: 'x' }), file('x')],
    422,
    'leads out',
  ],
  ['a prefix that leads out', [member({ name: 'x', prefix: '..' })], 422, 'leads out'],
  ['the same file twice', [file('x'), file('x')], 422, 'twice'],
  ['a link and a file of one name', [link('x', 'y'), file('x')], 422, 'twice'],
  ['a file over a folder', [file('x/y'), file('x')], 422, 'twice'],
  ['a file in a file', [file('x'), file('x/y')], 422, 'no folder'],
  ['a file through a link', [file('y/z'), link('x', 'y'), file('x/a')], 422, 'no folder'],
  ['a link in a link', [file('y/z'), link('x', 'y'), link('x/a', 'z')], 422, 'no folder'],
  ['a link to the root', [link('x', '/etc/passwd')], 422, 'leads out'],
  ['a link to a parent', [link('a/x', '../../y')], 422, 'leads out'],
  [
    'a link that leads out by way of another',
    [link('a/b/up', '../..'), link('out', 'a/b/up/../x')],
    422,
    '"out" leads out',
  ],
  [
    'a link that leads out by way of a later one',
    [link('out', 'a/b/up/../x'), link('a/b/up', '../..')],
    422,
    '"out" leads out',
  ],
  ['a link that leads nowhere', [link('x', '')], 422, 'nowhere'],
  [
    'a link with a target that is too long',
    [long('y'.repeat(5_000), 'K'), link('x', 'y')],
    422,
    'too long',
  ],
  ['a link that git reads as configuration', [link('.gitmodules', 'x')], 422, 'no link'],
  ['a hard link', [file('y'), member({ name: 'x', type: '1', linkname: 'y' })], 422, 'no plain'],
  [
    'a hard link elsewhere',
    [member({ name: 'x', type: '1', linkname: '/etc/passwd' })],
    422,
    'no plain',
  ],
  ['a character device', [member({ name: 'x', type: '3' })], 422, 'no plain'],
  ['a block device', [member({ name: 'x', type: '4' })], 422, 'no plain'],
  ['a pipe', [member({ name: 'x', type: '6' })], 422, 'no plain'],
  ['a contiguous file', [member({ name: 'x', type: '7' })], 422, 'no plain'],
  ['a sparse file', [member({ name: 'x', type: 'S' })], 422, 'no plain'],
  ['a sparse file of pax', [pax({ 'GNU.sparse.major': '1' }), file('x')], 422, 'sparse'],
  [
    'a submodule of no commit',
    [pax({ 'MENTIONLOOP.gitlink': '../x' }), member({ name: 'x/', type: '5' })],
    422,
    'no commit',
  ],
  ['a header with a wrong sum', [member({ name: 'x', isSumWrong: true })], 422, 'can be read'],
  ['a size that is no number', [pax({ size: 'x' }), file('x')], 422, 'can be read'],
  [
    'a header of pax without end',
    [member({ name: 'x', type: 'x', size: 2 ** 32 })],
    422,
    'can be read',
  ],
  ['a file that is larger than all may be', [member({ name: 'x', size: 2 ** 32 })], 413, 'larger'],
  ['what is no archive', [Buffer.alloc(2_048, 'x')], 422, 'can be read'],
];

describe('a snapshot is refused, and nothing of it is left, that holds', () => {
  test.each(archives)('%s', async (_, pieces, status, why) => {
    await using scene = await openFrontWith();
    await expectRefused(scene, [file('good'), ...pieces, end], status, why);
  });

  test('more files than are allowed', async () => {
    await using scene = await openFrontWith({ bounds: { entries: 3 } });
    await expectRefused(scene, [...['a', 'b', 'c', 'd'].map(file), end], 413, 'more than 3');
  });

  test('more bytes than are allowed, announced or not', async () => {
    await using scene = await openFrontWith({ bounds: { bytes: 4_096 } });
    await expectRefused(scene, [...'abcdefgh'.split('').map(file), end], 413, 'larger than 4096');
    await expectRefused(scene, [file('a'), end, Buffer.alloc(8_192)], 413, 'larger than 4096');
  });
});

describe('a snapshot that is cut', () => {
  const head = (key: string): string =>
    `PUT /workspaces/${key} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secrets.ci}\r\n`;

  test.each([
    ['in the middle of a file', 700],
    ['in the middle of a header', 200],
    ['between two files', 1_024],
  ])('%s leaves nothing behind', async (_, at) => {
    await using scene = await openFrontWith();
    const whole = Buffer.concat([member({ name: 'a', content: 'x'.repeat(300) }), file('b'), end]);
    const socket = connect(scene.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`${head('issue-1')}Content-Length: ${whole.length}\r\n\r\n`);
    socket.write(whole.subarray(0, at));
    await eventually(() => scene.setting.jobs === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await eventually(() => scene.setting.jobs === 0);
    expect(await left(scene)).toEqual([]);
    expect((await scene.ask('GET', '/workspaces/issue-1/patch')).status).toBe(404);
  });

  test('in the middle, and said to be whole, is refused', async () => {
    await using scene = await openFrontWith();
    const whole = member({ name: 'a', content: 'x'.repeat(2_000) });
    await expectRefused(scene, [whole.subarray(0, 1_024)], 422, 'not a whole one');
  });

  test('and silent for too long is cut off', async () => {
    await using scene = await openFrontWith({ bounds: { silenceMs: 200 } });
    const socket = connect(scene.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.write(`${head('issue-1')}Content-Length: 10000\r\n\r\n`);
    socket.write(file('a'));
    await closed;
    await eventually(() => scene.setting.jobs === 0);
    expect(await left(scene)).toEqual([]);
  });
});

describe('what is no attack is laid out', () => {
  test('names that look like one, links that stay inside, folders, old modes', async () => {
    await using scene = await openFrontWith();
    const kept = ['.gitignore', '.github/x', 'git', '..x', 'x..', 'a\\b', 'C:x', '...', 'git~2'];
    const answer = await scene.put('issue-1', [
      ...kept.map(file),
      member({ name: 'empty/', type: '5' }),
      link('deep/in/link', '../../x..'),
      link('loop', 'loop'),
      link('gone', 'nowhere/at/all'),
      end,
    ]);
    expect({ ...answer, told: scene.told }).toMatchObject({ status: 200, told: [] });
    const { directory } = JSON.parse(answer.body) as { directory: string };
    const there = await readdir(directory);
    expect(there.toSorted()).toEqual(
      [...kept.map((name) => name.replace(/\/.*/, '')), '.git', 'deep', 'gone', 'loop'].toSorted(),
    );
    expect(await readdir(join(directory, 'deep', 'in'))).toEqual(['link']);
  });
});
