import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { atEndOfTurn } from '../../src/serve/batch.ts';

test('what waits is done in order, and after all that had come by then', async () => {
  const done: string[] = [];
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      atEndOfTurn(() => done.push('first'));
      atEndOfTurn(() => done.push('second'));
      setTimeout(() => done.push('timer'), 0);
      const until = performance.now() + 5;
      while (performance.now() < until);
      setTimeout(() => atEndOfTurn(() => resolve(void done.push('third'))), 1);
      expect(done).toEqual([]);
    });
  });
  expect(done).toEqual(['timer', 'first', 'second', 'third']);
});

test('one that throws is told, and takes no other along', () => {
  const module = JSON.stringify(join(import.meta.dirname, '../../src/serve/batch.ts'));
  const script = `
    import { atEndOfTurn } from ${module};
    process.on('uncaughtException', ({ message }) => console.log(message));
    atEndOfTurn(() => console.log('first'));
    atEndOfTurn(() => { throw new Error('thrown'); });
    atEndOfTurn(() => console.log('third'));
    setTimeout(() => atEndOfTurn(() => console.log('later')), 50);`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(printed.split('\n').slice(0, 4)).toEqual(['first', 'thrown', 'third', 'later']);
});
