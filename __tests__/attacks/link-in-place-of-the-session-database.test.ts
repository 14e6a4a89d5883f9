import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { databaseName, logName } from '../../src/cache/database.ts';
import { findPrivileges } from '../../src/isolation/privilege.ts';
import { findHindrance, openScene, type Scene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();
const names = [databaseName, logName];
const bytes = 100_000;

if (hindrance !== undefined) {
  test(`no isolation can be had on this machine: ${hindrance}`, () =>
    expect(hindrance).not.toBe(''));
} else {
  describe('an agent that puts something else in place of the session’s database', () => {
    let scene: Scene;
    let to: string;
    beforeEach(async () => {
      scene = await openScene();
      to = await mkdtemp(join(tmpdir(), 'taken-'));
    });
    afterEach(async () => {
      await scene[Symbol.asyncDispose]();
      await rm(to, { recursive: true, force: true });
    });

    const take = async (): Promise<string[]> => {
      await scene.isolation.end();
      await scene.isolation.files.takeOut({ names, to, bytes });
      return readdirSync(to);
    };

    test('gives away a database that is one', async () => {
      await scene.asAgent(`cd ~; echo one > ${databaseName}; echo two > ${logName}; echo > other`);
      expect((await take()).toSorted()).toEqual([databaseName, logName]);
      expect(readFileSync(join(to, logName), 'utf8')).toBe('two\n');
    });

    test.each([
      ['a link to a file of the runner', `ln -s $TEMP_FOLDER/secret ${databaseName}`],
      ['a link to a folder of the runner', `ln -s $TEMP_FOLDER ${databaseName}`],
      ['a second name of a file', `echo > its; ln its ${databaseName}`],
      ['a pipe that nobody writes to', `mkfifo ${databaseName}`],
      ['a folder', `mkdir ${databaseName}`],
      ['a file without end', `truncate -s 1T ${databaseName}`],
    ])('has nothing of it taken: %s', async (_, script) => {
      const said = await scene.asAgent(`cd ~; ${script} && echo is there`);
      expect(said).toContain('is there');
      expect(await take()).toEqual([]);
    });

    test('has nothing taken while something of it is still there to change it', async () => {
      await scene.asAgent(`cd ~; echo one > ${databaseName}; sleep 300 >/dev/null 2>&1 &`);
      const taking = scene.isolation.files.takeOut({ names, to, bytes });
      await expect(taking).rejects.toThrow('something of the agent is still at work');
      expect(readdirSync(to)).toEqual([]);
    });

    test('would have the runner’s secret, were the files copied by their names', async () => {
      await scene.asAgent(`cd ~; ln -s $TEMP_FOLDER/secret ${databaseName}`);
      await writeFile(join(scene.temp, 'secret'), scene.canary);
      const found = await findPrivileges();
      if ('missing' in found) throw new Error(found.missing);
      await found.run(['cp', '--', join(scene.facts.account.home, databaseName), to]);
      expect(readFileSync(join(to, databaseName), 'utf8')).toBe(scene.canary);
    });
  });
}
