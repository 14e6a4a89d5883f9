import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { processesOf } from '../../src/isolation/processes.ts';
import { listProcesses } from '../../src/opencode/processes.ts';
import { markName, stopServer } from '../../src/opencode/stop.ts';
import { findHindrance, openScene, type Scene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();
const cwdOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
};
const sleep = (seconds: number): string =>
  `(setsid env -i sh -c 'trap "" TERM HUP; sleep ${seconds} & sleep ${seconds}' >/dev/null 2>&1 </dev/null &)`;

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe('a process that has left session, parent and environment behind', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await openScene();
    });
    afterAll(async () => {
      await scene[Symbol.asyncDispose]();
    });

    test('ends with the run all the same', async () => {
      const { uid } = scene.isolation.account;
      await scene.asAgent(sleep(5_001));
      while (processesOf(uid).length < 2) await pause(20);
      await scene.isolation.end();
      expect(processesOf(uid)).toEqual([]);
    });

    test('ends although it forks all the time', async () => {
      const { uid } = scene.isolation.account;
      const beats = (): number => statSync(join(scene.workspace, 'beats')).size;
      // Each process lives for a moment only, and leaves another.
      const hare = 'trap "" TERM; f() { echo >> beats; (f) & exit; }; (f) &';
      await scene.asAgent(`echo > beats; setsid sh -c '${hare}' >/dev/null 2>&1 </dev/null`);
      const before = beats();
      while (beats() === before) await pause(20);
      await scene.isolation.end();
      const atEnd = beats();
      await pause(500);
      expect(beats()).toBe(atEnd);
      expect(processesOf(uid)).toEqual([]);
    });

    test('is not found by the mark, which is all there is without an isolation', async () => {
      const mark = crypto.randomUUID();
      const marked = `${markName}=${mark} sh -c '${sleep(5_002).replaceAll("'", String.raw`'\''`)}'`;
      await scene.asJob(marked);
      const left = (): number[] =>
        listProcesses()
          .map(({ pid }) => pid)
          .filter((pid) => cwdOf(pid) === scene.workspace);
      while (left().length === 0) await pause(20);
      await stopServer(undefined, mark);
      expect(left()).not.toEqual([]);
      for (const pid of left()) process.kill(pid, 'SIGKILL');
    });
  });
}
