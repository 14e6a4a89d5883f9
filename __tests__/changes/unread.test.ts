import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, jest, test } from '@jest/globals';

import { capture } from '../../src/changes/capture.ts';
import { takeSnapshot } from '../../src/changes/snapshot.ts';
import { snapshotFileBytes } from '../../src/limits/changes.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { removeFolders } from '../thread/repository.ts';
import { capture as open, inShort, newRepository, signal } from './setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

test.each([
  ['alone', 'a', undefined],
  ['beside others', 'changed', ['modified a.txt']],
])('a file that is too large to be read is told as left out, %s', async (_, text, others) => {
  const { workspace, store, before } = await open(newRepository({ 'a.txt': 'a', 'b.txt': 'b' }));
  writeFileSync(join(workspace, 'a.txt'), text);
  truncateSync(join(workspace, 'b.txt'), snapshotFileBytes + 1);
  const { tree: after, unread } = await takeSnapshot(store, signal);
  const scope = { store, protection: { patterns: [], codeOwners: undefined } };
  const trees = { before, after, unread };
  const changeSet = await capture(scope, trees, createRedactor([]), signal);
  expect(changeSet?.leftOut).toEqual([{ path: 'b.txt', why: 'unread' }]);
  expect(changeSet && inShort(changeSet)).toEqual(others ?? []);
});
