import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';

import type { ChangeSet } from '../../src/changes/change.ts';
import { readCodeOwners } from '../../src/changes/owners.ts';
import { withoutLeftOut } from '../../src/changes/protect.ts';
import { commit, git, removeFolders } from '../thread/repository.ts';
import { capture, type Captured, inShort, listTree, newRepository, signal } from './setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const workflow = 'on: push\njobs: { all: { runs-on: ubuntu-latest } }\n';
const files = { '.github/workflows/ci.yml': workflow, 'code.txt': 'code', 'plain/a.txt': 'a' };
const usual = { patterns: ['.github/**'], codeOwners: undefined };

/** What is left of the changes, and what the tree has that is delivered. */
async function protect(
  captured: Captured,
  protection: Parameters<typeof withoutLeftOut>[2] = usual,
): Promise<{ set: ChangeSet; tree: string }> {
  const { store, options, changes } = captured;
  const set = await withoutLeftOut(store, await changes(), protection, signal);
  return { set, tree: listTree({ folder: store.folder, options }, set.after) };
}

type Act = (at: (name: string) => string) => void;

describe('what is protected is left out', () => {
  test.each<[what: string, act: Act, left: string[], out: string[]]>([
    [
      'nothing where nothing of it changed',
      (at) => writeFileSync(at('code.txt'), 'changed'),
      ['modified code.txt'],
      [],
    ],
    [
      'a change, an addition and what else was done stays',
      (at) => {
        writeFileSync(at('.github/workflows/ci.yml'), 'evil');
        writeFileSync(at('.github/new.yml'), 'new');
        writeFileSync(at('code.txt'), 'changed');
      },
      ['modified code.txt'],
      ['.github/new.yml', '.github/workflows/ci.yml'],
    ],
    [
      'a deletion',
      (at) => rmSync(at('.github'), { recursive: true }),
      [],
      ['.github/workflows/ci.yml'],
    ],
    [
      'a rename into it, as a whole',
      (at) => renameSync(at('plain/a.txt'), at('.github/a.txt')),
      [],
      ['.github/a.txt', 'plain/a.txt'],
    ],
    [
      'a rename out of it, as a whole',
      (at) => renameSync(at('.github/workflows/ci.yml'), at('ci.yml')),
      [],
      ['.github/workflows/ci.yml', 'ci.yml'],
    ],
    [
      'a link in the place of the folder',
      (at) => {
        renameSync(at('.github'), at('elsewhere'));
        writeFileSync(
          at('elsewhere/workflows/ci.yml'),
          'evil, and nothing like the file that there was',
        );
        symlinkSync('elsewhere', at('.github'));
      },
      ['added elsewhere/workflows/ci.yml'],
      ['.github', '.github/workflows/ci.yml'],
    ],
    [
      'a link in the place of a folder within',
      (at) => {
        rmSync(at('.github/workflows'), { recursive: true });
        symlinkSync('../plain', at('.github/workflows'));
      },
      [],
      ['.github/workflows', '.github/workflows/ci.yml'],
    ],
    [
      'the folder in other letters',
      (at) => {
        mkdirSync(at('.GitHub/workflows'), { recursive: true });
        writeFileSync(at('.GitHub/workflows/ci.yml'), 'evil');
      },
      [],
      ['.GitHub/workflows/ci.yml'],
    ],
  ])('%s', async (_, act, left, out) => {
    const captured = await capture(newRepository(files));
    const { workspace, before, store, options } = captured;
    act((name) => join(workspace, name));
    const { set, tree } = await protect(captured);
    expect(inShort(set)).toEqual(left);
    expect(set.leftOut.map(({ path }) => path).toSorted()).toEqual(out.toSorted());
    const protectedOnes = (listed: string): string[] =>
      listed.split('\n').filter((line) => /\.github/i.test(line));
    const whole = listTree({ folder: store.folder, options }, before);
    expect(protectedOnes(tree)).toEqual(protectedOnes(whole));
  });

  test('with what stands in the way of a file that is put back', async () => {
    const captured = await capture(
      newRepository({ 'a/b/kept.txt': 'x', file: 'y', 'code.txt': 'z' }),
    );
    const at = (name: string): string => join(captured.workspace, name);
    rmSync(at('a'), { recursive: true });
    writeFileSync(at('a'), 'in the place of a folder');
    unlinkSync(at('file'));
    mkdirSync(at('file/more'), { recursive: true });
    writeFileSync(at('file/more/x.txt'), 'in the place of a file');
    const { set, tree } = await protect(captured, {
      patterns: ['kept.txt'],
      codeOwners: '/* @octo\n/a\n',
    });
    expect(inShort(set)).toEqual([]);
    expect(set.after).toBe(captured.before);
    expect(tree).toContain('a/b/kept.txt');
    expect(set.leftOut.map(({ path }) => path)).toEqual([
      'a',
      'a/b/kept.txt',
      'file',
      'file/more/x.txt',
    ]);
  });

  test('a name that GitHub cannot be told goes the same way', async () => {
    const captured = await capture();
    const { workspace } = captured;
    writeFileSync(Buffer.concat([Buffer.from(`${workspace}/bad-`), Buffer.from([0xff])]), 'x');
    writeFileSync(join(workspace, 'good.txt'), 'x');
    const { set, tree } = await protect(captured);
    expect(inShort(set)).toEqual(['added good.txt']);
    expect(set.leftOut).toEqual([{ path: 'bad-\uFFFD', why: 'name' }]);
    expect(tree).not.toContain('bad-');
    expect(tree).toContain('good.txt');
  });
});

describe('code owners', () => {
  test('are read from a commit, where GitHub looks first', async () => {
    const workspace = newRepository({ 'code.txt': 'x' });
    const { store } = await capture(workspace);
    const read = async (): Promise<string> =>
      await readCodeOwners(store.git, git(workspace, 'rev-parse', 'HEAD'), signal);
    expect(await read()).toBe('');
    commit(workspace, { 'docs/CODEOWNERS': '* @docs\n' });
    expect(await read()).toBe('* @docs\n');
    commit(workspace, { CODEOWNERS: '* @root\n' });
    expect(await read()).toBe('* @root\n');
    commit(workspace, { '.github/CODEOWNERS': '* @github\n' });
    expect(await read()).toBe('* @github\n');
    writeFileSync(join(workspace, '.github/CODEOWNERS'), '# nobody');
    expect(await read()).toBe('* @github\n');
  });

  test('are unknown for a commit that is not there', async () => {
    const { store } = await capture();
    await expect(readCodeOwners(store.git, '1'.repeat(40), signal)).rejects.toThrow('git cat-file');
  });

  test('keep what they own', async () => {
    const captured = await capture(newRepository({ 'lib/a.js': 'a', 'lib/b.txt': 'b' }));
    writeFileSync(join(captured.workspace, 'lib/a.js'), 'changed');
    writeFileSync(join(captured.workspace, 'lib/b.txt'), 'changed');
    const { set } = await protect(captured, { patterns: [], codeOwners: '/lib/ @octo\n*.txt' });
    expect(inShort(set)).toEqual(['modified lib/b.txt']);
    expect(set.leftOut).toEqual([{ path: 'lib/a.js', why: 'code-owners' }]);
  });
});
