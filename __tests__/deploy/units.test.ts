import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

if (!hasSystemd) {
  test('systemd-analyze is not on this machine: it does not look at the units', () =>
    expect(hasSystemd).toBe(false));
} else {
  describe.each([
    ['opencode', 3.5],
    ['front', 1.5],
  ])('mention-loop-%s.service', (name, most) => {
    test('is understood by systemd, every line of it', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'units-'));
      const text = await readFile(join(root, `deploy/mention-loop-${name}.service`), 'utf8');
      // Programs have to be where the unit says.
      const here = text
        .replaceAll('/opt/mention-loop', root)
        .replaceAll('/usr/bin/node', process.execPath);
      const file = join(folder, `mention-loop-${name}.service`);
      await writeFile(file, here);
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], {
        encoding: 'utf8',
      });
      await rm(folder, { recursive: true });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });

    test(`is exposed to no more than ${most} of 10, by systemd’s own reckoning`, () => {
      const file = join(root, `deploy/mention-loop-${name}.service`);
      const args = ['security', '--offline=true', '--no-pager', file];
      const said = execFileSync('systemd-analyze', args, { encoding: 'utf8' });
      expect(Number(/exposure level for .*: ([\d.]+) /.exec(said)?.[1])).toBeLessThanOrEqual(most);
    });
  });
}
