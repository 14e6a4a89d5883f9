import { describe, expect, test } from '@jest/globals';

import { pinOf } from '../../src/opencode/pins.ts';
import { isMusl, packageFor } from '../../src/opencode/platform.ts';

describe('the package for a platform', () => {
  test.each([
    ['linux', 'x64', false, true, 'opencode-linux-x64'],
    ['linux', 'x64', false, false, 'opencode-linux-x64-baseline'],
    ['linux', 'x64', true, true, 'opencode-linux-x64-musl'],
    ['linux', 'x64', true, false, 'opencode-linux-x64-baseline-musl'],
    ['linux', 'arm64', false, false, 'opencode-linux-arm64'],
    ['linux', 'arm64', true, false, 'opencode-linux-arm64-musl'],
    ['win32', 'x64', false, true, 'opencode-windows-x64'],
    ['darwin', 'arm64', false, true, 'opencode-darwin-arm64'],
    ['linux', 'ppc64', false, true, undefined],
    ['aix', 'x64', false, true, undefined],
  ])('%s %s (musl %s, AVX2 %s) is %s', (os, arch, hasMusl, hasAvx2, expected) => {
    expect(packageFor({ os, arch, isMusl: hasMusl, hasAvx2 })).toBe(expected);
  });

  test.each([
    ['Alpine', ['/etc/alpine-release', '/lib64/ld-linux-x86-64.so.2'], true],
    ['a musl system', ['/lib/ld-musl-x86_64.so.1'], true],
    ['Debian with musl beside', ['/lib/ld-musl-x86_64.so.1', '/lib64/ld-linux-x86-64.so.2'], false],
    ['Debian', ['/lib64/ld-linux-x86-64.so.2'], false],
    ['a system with neither', [], false],
  ])('tells the libc of %s', (_name, files: readonly string[], expected) => {
    expect(isMusl((path) => files.includes(path), 'x64')).toBe(expected);
  });

  test('is pinned by its own version and checksum, or not at all', () => {
    expect(pinOf('opencode-linux-x64').integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    expect(pinOf('opencode-linux-arm64').version).toBe('1.18.18');
    expect(pinOf('opencode-darwin-arm64')).toEqual({ version: '1.18.33', integrity: undefined });
  });
});
