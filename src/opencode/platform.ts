import { existsSync, readFileSync } from 'node:fs';

/** What decides which of OpenCode's packages runs here. */
export interface Platform {
  /** As `process.platform` and `process.arch` name them. */
  os: string;
  arch: string;
  isMusl: boolean;
  hasAvx2: boolean;
}

/** The machine that this runs on. */
export function thisPlatform(): Platform {
  const { platform: os, arch } = process;
  const isLinux = os === 'linux';
  return {
    os,
    arch,
    isMusl: isLinux && isMusl(existsSync, arch),
    hasAvx2: !isLinux || arch !== 'x64' || /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8')),
  };
}

/**
 * The npm package that holds OpenCode's binary for a platform; undefined where there is none.
 * Where the processor has no AVX2 it is `-baseline`, where the system's libc is musl `-musl`.
 */
export function packageFor({ os, arch, isMusl, hasAvx2 }: Platform): string | undefined {
  const system = new Map([
    ['linux', 'linux'],
    ['darwin', 'darwin'],
    ['win32', 'windows'],
  ]).get(os);
  if (system === undefined || (arch !== 'x64' && arch !== 'arm64')) return undefined;
  const baseline = arch === 'x64' && !hasAvx2 ? '-baseline' : '';
  return `opencode-${system}-${arch}${baseline}${isMusl ? '-musl' : ''}`;
}

/**
 * Whether the system's libc is musl: Alpine, or a musl loader and none of glibc's (a Debian with
 * the package `musl` has both).
 */
export function isMusl(exists: (path: string) => boolean, arch: string): boolean {
  if (exists('/etc/alpine-release')) return true;
  const [musl, glibc] =
    arch === 'arm64'
      ? ['/lib/ld-musl-aarch64.so.1', '/lib/ld-linux-aarch64.so.1']
      : ['/lib/ld-musl-x86_64.so.1', '/lib64/ld-linux-x86-64.so.2'];
  return exists(musl) && !exists(glibc);
}

/** The binary's name on a platform. */
export function binaryName(os: string): string {
  return os === 'win32' ? 'opencode.exe' : 'opencode';
}
