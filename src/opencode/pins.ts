/** One platform's npm package of OpenCode at the version that is pinned for it. */
export interface Pin {
  version: string;
  /** The tarball's, as the registry's `dist.integrity` writes it; undefined: not pinned. */
  integrity: string | undefined;
}

/** Taken where a platform has no pin of its own. */
export const pinnedVersion = '1.18.33';

/** Versions differ: the registry does not carry every platform at every version. */
const pins: Readonly<Record<string, Pin>> = {
  'opencode-linux-x64': {
    version: '1.18.33',
    integrity:
      'sha512-q/t/3p2CTxOT9y2kvjesb/LZab2+1eqlhhWA02Be6mjTtmYtNBcBsrI5yDo4Fw7ZSPBW2oyMIGMNRqiKQjiAWw==',
  },
  'opencode-linux-x64-baseline': {
    version: '1.18.33',
    integrity:
      'sha512-1KQGBiiDDeL/VHHbHkOvvFo8Jr97WT5+C1tear+p7IcDTnXgVHXqIjU4O4jM4mHQzykTP2i884FCnW5LDa+zCA==',
  },
  'opencode-linux-x64-musl': {
    version: '1.18.32',
    integrity:
      'sha512-ktS7x5Ms+sVMCAb2oRpPKGk10isRjHkwBz6ordNOlx0epx6JQPsTydzJmpLBSdsiFAkfmZoBiYayKDXXU+rwXA==',
  },
  'opencode-linux-x64-baseline-musl': {
    version: '1.18.32',
    integrity:
      'sha512-HGa9YBUBdc+qAyC9U8zXUht5qbTufOABOfSwmhukmzl9uMtuGoUovCzilwxytH0mTr/prUT/LAqWcXXoPXjRoA==',
  },
  'opencode-linux-arm64': {
    version: '1.18.18',
    integrity:
      'sha512-e8D3g0qJEIzawEg2+ygW3vkZjAYL2ssyAx4GbihjwXwZFvlZZy5zRWWzdz5KLBoHSTl0FB73vNtnNeXONyHpVQ==',
  },
  'opencode-linux-arm64-musl': {
    version: '1.18.18',
    integrity:
      'sha512-Dp3XByFRRZngPAQotNbOwr22HgZej4r9Ck0Iv/rOVU+oO5fLD9YSpHEwx80FTZOZmFmd/vriCdrR/dGdzabICw==',
  },
  'opencode-windows-x64': {
    version: '1.18.32',
    integrity:
      'sha512-9uy0owugtP9nkuylzN9+O9zWUIxt4X+KYwsREVk4G27PCfxccj+xIT7yxO9hCVtrF+DVgiJ59xDpiANE9UZrrQ==',
  },
};

/** The pin of a platform's package. */
export function pinOf(packageName: string): Pin {
  return pins[packageName] ?? { version: pinnedVersion, integrity: undefined };
}
