import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { testBinary } from '../../playground/opencode.ts';
import { type BinaryOptions, findBinary } from '../../src/opencode/install.ts';
import { integrityOf } from '../../src/opencode/npm.ts';
import { pinOf } from '../../src/opencode/pins.ts';
import { packageFor, thisPlatform } from '../../src/opencode/platform.ts';

jest.setTimeout(300_000);

const signal = AbortSignal.timeout(600_000);
const packageName = packageFor(thisPlatform()) ?? '';
const pinnedVersion = pinOf(packageName).version;
let root = '';
let folders = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'install-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A fresh tool cache, with a stand-in for `npm` that runs a shell script; empty: no npm at all. */
async function setUp(npm: string): Promise<BinaryOptions & { warnings: string[]; bin: string }> {
  const home = join(root, String((folders += 1)));
  const bin = join(home, 'bin');
  await mkdir(bin, { recursive: true });
  const warnings: string[] = [];
  if (npm !== '') await writeScript(join(bin, 'npm'), npm);
  const system = npm === '' ? '' : `${delimiter}${process.env['PATH']}`;
  return {
    version: undefined,
    path: undefined,
    toolCache: join(home, 'tools'),
    temp: home,
    env: { PATH: bin + system, 'INPUT_GITHUB-TOKEN': 'x', GITHUB_TOKEN: 'x', MINE: 'y' },
    warn: (message) => warnings.push(message),
    progress: () => undefined,
    signal,
    warnings,
    bin,
  };
}

async function writeScript(path: string, lines: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
}

/** An `npm` that packs a tiny package, and says what its integrity is. */
async function packingNpm(integrity?: string): Promise<string> {
  const made = join(root, `made-${(folders += 1)}`);
  await writeScript(join(made, 'package', 'bin', 'opencode'), 'echo tiny');
  const tarball = join(made, 'tiny.tgz');
  execFileSync('tar', ['-czf', tarball, '-C', made, 'package']);
  const told = integrity ?? (await integrityOf(tarball, signal));
  return [
    `env > "${made}/env"; echo "$@" >> "${made}/args"`,
    `if [ "$1" = view ]; then echo '"${told}"'; else cp "${tarball}" ./x.tgz; fi`,
  ].join('\n');
}

describe('finding OpenCode', () => {
  test('takes the binary that is given, if it can be run', async () => {
    const options = await setUp('');
    const path = join(options.bin, 'mine');
    await writeFile(path, '');
    const refused = { reason: 'invalid-input', message: expect.stringContaining(path) };
    await expect(findBinary({ ...options, path })).rejects.toMatchObject(refused);
    await expect(findBinary({ ...options, path: options.bin })).rejects.toMatchObject({
      reason: 'invalid-input',
    });
    await chmod(path, 0o755);
    expect(await findBinary({ ...options, path })).toBe(path);
  });

  test('takes the one on PATH where `installed` is asked for', async () => {
    const options = { ...(await setUp('')), version: 'installed' };
    await expect(findBinary(options)).rejects.toMatchObject({ reason: 'server-start-failed' });
    await writeScript(join(options.bin, 'opencode'), '');
    expect(await findBinary(options)).toBe(join(options.bin, 'opencode'));
  });

  test('names opencode-path where there is no npm', async () => {
    await expect(findBinary(await setUp(''))).rejects.toMatchObject({
      reason: 'server-start-failed',
      message: expect.stringContaining('no `npm` on `PATH`'),
      hint: expect.stringContaining('`opencode-path`'),
    });
  });

  test('says what npm says', async () => {
    const npm = 'echo "npm error code E404" >&2; echo "npm error 404 Not Found" >&2; exit 1';
    const options = await setUp(npm);
    await expect(findBinary(options)).rejects.toMatchObject({
      reason: 'server-start-failed',
      message: `npm could not fetch ${packageName}@${pinnedVersion}: code E404 404 Not Found.`,
    });
    expect(await readdir(join(options.toolCache, 'mention-loop-opencode', pinnedVersion))).toEqual(
      [],
    );
  });

  test('unpacks nothing that has another checksum than the pinned one', async () => {
    const options = await setUp(await packingNpm());
    await expect(findBinary(options)).rejects.toMatchObject({
      reason: 'server-start-failed',
      message: expect.stringContaining('checksum'),
    });
    expect(await readdir(join(options.toolCache, 'mention-loop-opencode', pinnedVersion))).toEqual(
      [],
    );
  });

  test("checks another version against the registry's own checksum, with a warning", async () => {
    const good = { ...(await setUp(await packingNpm())), version: '1.2.3' };
    const path = await findBinary(good);
    expect(await readFile(path, 'utf8')).toContain('echo tiny');
    expect(good.warnings).toEqual([expect.stringContaining(`${packageName} 1.2.3 is not pinned`)]);
    const wrong = await packingNpm(`sha512-${'A'.repeat(86)}==`);
    const bad = { ...(await setUp(wrong)), version: '1.2.3' };
    await expect(findBinary(bad)).rejects.toMatchObject({ reason: 'server-start-failed' });
  });

  test('keeps it: a second run asks npm for nothing', async () => {
    const options = { ...(await setUp(await packingNpm())), version: '1.2.3' };
    const path = await findBinary(options);
    await rm(join(options.bin, 'npm'));
    expect(await findBinary({ ...options, env: {} })).toBe(path);
  });

  test('takes no folder that is not complete for an installed version', async () => {
    const options = { ...(await setUp(await packingNpm())), version: '1.2.3' };
    const folder = join(options.toolCache, 'mention-loop-opencode', '1.2.3');
    await writeScript(join(folder, `${packageName}.abc`, 'package', 'bin', 'opencode'), 'half');
    expect(await readFile(await findBinary(options), 'utf8')).toContain('tiny');
  });

  test('can be installed by several runs at once', async () => {
    const options = { ...(await setUp(await packingNpm())), version: '1.2.3' };
    const paths = await Promise.all([1, 2, 3].map(() => findBinary(options)));
    expect(new Set(paths).size).toBe(1);
    const folder = join(options.toolCache, 'mention-loop-opencode', '1.2.3');
    expect(await readdir(folder)).toEqual([packageName]);
  });

  test('gives npm neither our tokens nor scripts to run', async () => {
    const npm = await packingNpm();
    const options = { ...(await setUp(npm)), version: '1.2.3' };
    await findBinary(options);
    const made = /env > "([^"]+)\/env"/.exec(npm)?.[1] ?? '';
    const env = await readFile(join(made, 'env'), 'utf8');
    expect(env).toContain('MINE=y');
    expect(env).not.toMatch(/INPUT_|GITHUB_TOKEN/);
    expect(await readFile(join(made, 'args'), 'utf8')).toContain('--ignore-scripts');
  });

  test("stops with the signal's own reason", async () => {
    const stop = new AbortController();
    const options = { ...(await setUp('exec sleep 60')), signal: stop.signal };
    const reason = new Error('stop');
    setTimeout(() => stop.abort(reason), 200);
    await expect(findBinary(options)).rejects.toBe(reason);
  });

  test('gets the pinned OpenCode from the registry, and it runs', async () => {
    const env = { PATH: process.env['PATH'], HOME: root };
    const version = execFileSync(await testBinary(), ['--version'], { env, encoding: 'utf8' });
    expect(version.trim()).toBe(pinnedVersion);
  });
});
