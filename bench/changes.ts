// What of a run it costs to know what the agent changed, in a repository of 20,000 files.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compareTrees } from '../src/changes/compare.ts';
import { takeSnapshot } from '../src/changes/snapshot.ts';
import { openStore } from '../src/changes/store.ts';
import { type Figure, median } from './figure.ts';

const [folders, filesEach, changed] = [1_000, 20, 50];
const mostMs = 3_000;
const { signal } = new AbortController();

/** Before and after, and what differs then: with all files untouched, and with all handed over. */
export async function measureChanges(runs: number): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'mention-loop-bench-'));
  try {
    const workspace = join(folder, 'demo');
    const files = makeRepository(workspace);
    const rows: [string, number[]][] = [
      [`${changed} files changed`, []],
      ['the same, and every file has changed hands in between', []],
    ];
    for (let run = 0; run < runs; run += 1) {
      rows[0]?.[1].push(
        await timeOnce({ folder, workspace, files, run: `a${run}`, isHandedOver: false }),
      );
      rows[1]?.[1].push(
        await timeOnce({ folder, workspace, files, run: `b${run}`, isHandedOver: true }),
      );
    }
    const bars = rows.map(([claim, times]) => ({
      claim: `Median with ${claim}`,
      value: median(times),
      most: mostMs,
      unit: 's' as const,
    }));
    return { title: 'Both snapshots of 20,000 files, and what differs', rows, bars };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeRepository(workspace: string): string[] {
  const files: string[] = [];
  for (let at = 0; at < folders; at += 1) {
    const folder = join(workspace, `area-${at % 40}`, `part-${at}`);
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < filesEach; file += 1) {
      const path = join(folder, `file-${file}.ts`);
      writeFileSync(path, `// ${at} ${file}\n${'export const value = 1;\n'.repeat(100)}`);
      files.push(path);
    }
  }
  const git = (...args: string[]): void => {
    const who = ['-c', 'user.name=Octo', '-c', 'user.email=octo@example.com'];
    execFileSync('git', [...who, ...args], { cwd: workspace });
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All');
  return files;
}

async function timeOnce(at: {
  folder: string;
  workspace: string;
  files: readonly string[];
  run: string;
  isHandedOver: boolean;
}): Promise<number> {
  const { folder, workspace, files, run, isHandedOver } = at;
  const env = { PATH: process.env['PATH'], HOME: folder };
  const start = performance.now();
  await using store = await openStore({ workspace, temp: folder, env, invocationId: run }, signal);
  const { tree: before } = await takeSnapshot(store, signal);
  const ours = performance.now() - start;
  files.slice(0, changed).forEach((path) => writeFileSync(path, `// ${run}\n`));
  // A file's time of change is a new one then, so that git reads all of them again.
  if (isHandedOver) for (const path of files) chmodSync(path, 0o644);
  const again = performance.now();
  const { tree: after } = await takeSnapshot(store, signal);
  const { changes } = await compareTrees(store, { before, after }, signal);
  if (changes.length !== changed) throw new Error(`${changes.length} files seem to be changed`);
  return ours + performance.now() - again;
}
