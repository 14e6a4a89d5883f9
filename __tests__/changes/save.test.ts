import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, jest, test } from '@jest/globals';

import { savePatch } from '../../src/changes/save.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { git, newFolder, removeFolders } from '../thread/repository.ts';
import { capture, newRepository, signal } from './setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const secret = 'canary-value-0123456789';

async function save(files: Record<string, string | Buffer>, before?: Record<string, string>) {
  const work = await capture(newRepository(before));
  const clone = join(newFolder(), 'clone');
  execFileSync('git', ['clone', '--quiet', work.workspace, clone]);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(work.workspace, name), content);
  const to = { path: join(newFolder(), 'x.patch'), redactor: createRedactor([secret]) };
  return { clone, patch: await savePatch(work.store, await work.changes(), to, signal) };
}

test('a patch is shown as it is', async () => {
  const { patch } = await save({ 'code.txt': 'one\n2\n' });
  expect(patch).toMatchObject({ isPacked: false, hasSecret: false });
  expect(patch.text).toContain('\n+2\n');
});

test.each([
  ['carriage returns', 'one\r\n2\r\n'],
  ['another encoding', Buffer.from('Stra\xdfe\n'.repeat(50), 'latin1')],
  ['control characters', 'one\f\u001b2\n'],
])('a patch with %s comes out of a page to the byte', async (_, content) => {
  const { patch, clone } = await save({ 'code.txt': content }, { 'code.txt': 'one\r\ntwo\r\n' });
  expect(patch.isPacked).toBe(true);
  // As the reply says.
  writeFileSync(join(clone, 'changes.base64'), `${patch.text}\n`);
  execFileSync('sh', ['-c', 'base64 --decode < changes.base64 > changes.patch'], { cwd: clone });
  git(clone, 'apply', '--3way', 'changes.patch');
  expect(readFileSync(join(clone, 'code.txt'))).toEqual(Buffer.from(content));
});

test('a patch with a secret in a line beside a change is not shown, in whatever encoding', async () => {
  for (const end of ['\n', '\r\n']) {
    const before = { 'code.txt': `${secret}${end}two${end}` };
    const { patch } = await save({ 'code.txt': `${secret}${end}2${end}` }, before);
    expect(patch).toMatchObject({ text: undefined, hasSecret: true });
  }
});
