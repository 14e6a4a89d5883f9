import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { pinnedVersion, pinOf } from '../../src/opencode/pins.ts';
import { one, readFlags } from '../../src/serve/flags.ts';
import { readOptions } from '../../src/serve/options.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, 'deploy', path), 'utf8');

interface Service {
  image: string;
  user: string;
  command?: string[];
  ports?: string[];
  network_mode?: string;
  secrets?: string[];
  environment?: Record<string, string>;
  volumes?: { source: string; target: string; read_only?: boolean }[];
  [key: string]: unknown;
}
interface Composition {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

const compose = parse(read('compose.yaml'), { merge: true }) as Composition;
const services = Object.entries(compose.services);
const { network, opencode, front } = compose.services;
const dockerfile = read('Dockerfile');
/** The lines of each stage of the Dockerfile, by its name. */
const stages = Object.fromEntries(
  dockerfile
    .split(/^FROM /m)
    .slice(1)
    .map((text) => [/ AS (\w+)\n/.exec(text)?.[1] ?? '', text]),
);
const unit = (name: string): string => read(`mention-loop-${name}.service`);

/** The values of a setting of a unit, in their order. */
function valuesOf(text: string, name: string): string[] {
  const joined = text.replaceAll(/\\\n\s*/g, '');
  return [...joined.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

describe('compose.yaml', () => {
  test('has one port open, the front’s', () => {
    expect(services.flatMap(([, { ports = [] }]) => ports)).toEqual(['0.0.0.0:9200:9200']);
    expect(opencode?.network_mode).toBe('service:network');
    expect(front?.network_mode).toBe('service:network');
  });

  test.each(services)('%s has a user of its own, and nothing to rise by', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      init: true,
      restart: 'unless-stopped',
      pids_limit: expect.any(Number),
    });
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(Object.keys(service)).not.toContain('privileged');
    expect(Object.keys(service)).not.toContain('pid');
    expect(services.filter(([, { user }]) => user === service.user)).toHaveLength(1);
  });

  test('keeps the tokens from OpenCode, and the repositories from the front’s hands', () => {
    expect(front?.secrets).toEqual(['opencode-password', 'tokens']);
    expect(opencode?.secrets).toEqual(['opencode-password']);
    expect(network?.secrets).toBeUndefined();
    expect(front?.volumes?.map(({ read_only: isReadOnly }) => isReadOnly)).toEqual([true]);
    const shared = services.flatMap(([, { volumes = [] }]) => volumes.map(({ target }) => target));
    expect(shared.toSorted()).toEqual(['/home/opencode', '/srv/repos', '/srv/repos']);
    expect(JSON.stringify(compose)).not.toContain('docker.sock');
  });

  test('gives the front what TLS needs where compose.tls.yaml is added', () => {
    const tls = parse(read('compose.tls.yaml')) as Composition;
    const { environment = {}, secrets = [] } = tls.services['front'] ?? { secrets: [] };
    const given = readFlags(front?.command ?? [], environment);
    const paths = [one(given ?? new Map(), 'tls-cert'), one(given ?? new Map(), 'tls-key')];
    expect(paths).toEqual(secrets.map((name) => `/run/secrets/${name}`));
    expect(Object.keys(tls.secrets)).toEqual(secrets);
  });
});

describe('the Dockerfile', () => {
  test('is built on Node 24, and its images run as the users of compose.yaml', () => {
    expect(Object.keys(stages)).toEqual(['opencode', 'front']);
    for (const [name, text] of Object.entries(stages)) {
      expect(text).toMatch(/^node:24-slim AS /);
      expect(/^USER (.*)$/m.exec(text)?.[1]).toBe(compose.services[name]?.user);
    }
    expect(network?.image).toBe('node:24-slim');
  });

  test('takes from its context what is not ignored there, and is in the repository', () => {
    const kept = read('Dockerfile.dockerignore').match(/(?<=^!).*/gm) ?? [];
    const copied = [...dockerfile.matchAll(/^COPY (\S+) /gm)].map(([, from = '']) => from);
    for (const path of copied) {
      const isKept = kept.some((each) => `${each}/`.startsWith(path) || each === path);
      expect({ path, isKept }).toEqual({ path, isKept: true });
    }
    expect(kept.join()).not.toMatch(/secret|\.env/);
  });

  test('asks whether the front is alive', () => {
    expect(stages['front']).toMatch(/^HEALTHCHECK [^]*healthz\.mjs/m);
    expect(dockerfile.match(/^EXPOSE .*$/gm)).toEqual(['EXPOSE 9200']);
  });

  test('takes OpenCode at the versions and checksums that the action pins', () => {
    const lock = JSON.parse(read('opencode/package-lock.json')) as {
      packages: Record<string, { version: string; integrity?: string }>;
    };
    const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
    const found = locked.map(([path, { version, integrity }]) => [path, { version, integrity }]);
    const names = locked.map(([path]) => path.replace('node_modules/', ''));
    expect(found).toEqual(names.map((name) => [`node_modules/${name}`, pinOf(name)]));
    expect(names).toContain('opencode-linux-x64');
    expect(opencode?.image).toBe(`mention-loop-opencode:${pinnedVersion}`);
    expect(dockerfile).toContain('npm ci --ignore-scripts');
  });
});

describe('OpenCode', () => {
  test('listens on loopback alone, at the port that both fronts look for it', () => {
    const start = read('opencode/start.sh');
    expect(start).toContain('exec opencode serve --hostname 127.0.0.1 --port 54321');
    const [started = ''] = valuesOf(unit('opencode'), 'ExecStart');
    expect(started).toMatch(/^\/opt\/mention-loop\/deploy\/opencode\/start\.sh /);
    expect(stages['opencode']).toMatch(/^CMD \["\/opt\/opencode\/start\.sh", /m);
  });
});

/** What the front is started with, by the file that starts it. */
const commands = [
  ['compose.yaml', front?.command ?? []],
  [
    'mention-loop-front.service',
    (valuesOf(unit('front'), 'ExecStart')[0] ?? '').split(' ').slice(2),
  ],
] as const;

describe.each(commands)('the front of %s', (_, command) => {
  test('is started with flags that the command takes', () => {
    const given = new Map(readFlags(command, {}));
    expect(one(given, 'token-file')).toMatch(/tokens$/);
    expect(one(given, 'root')).toBe('/srv/repos');
    // What is on this machine's disk is not there to be read.
    for (const file of ['root', 'upstream-password-file'] as const) given.delete(file);
    expect(readOptions(given)).toMatchObject({
      host: '0.0.0.0',
      port: 9200,
      maxSessions: 4,
      behind: { kind: 'upstream', url: new URL('http://127.0.0.1:54321') },
    });
  });
});

describe('the units', () => {
  test.each(['opencode', 'front'])('%s runs with no way to rise, on a read-only root', (name) => {
    const text = unit(name);
    for (const setting of ['CapabilityBoundingSet', 'AmbientCapabilities'])
      expect(valuesOf(text, setting)).toEqual(['']);
    expect(valuesOf(text, 'NoNewPrivileges')).toEqual(['yes']);
    expect(valuesOf(text, 'ProtectSystem')).toEqual(['strict']);
    expect(valuesOf(text, 'User')).not.toEqual(['root']);
  });

  test('have a user each, and what is the front’s is out of OpenCode’s reach', () => {
    const [own, other] = ['opencode', 'front'].map((name) => valuesOf(unit(name), 'User'));
    expect(own).not.toEqual(other);
    expect(valuesOf(unit('opencode'), 'InaccessiblePaths').join()).toContain('/etc/mention-loop');
    expect(valuesOf(unit('front'), 'ReadWritePaths')).toEqual([]);
  });

  test('leave the front its port, and OpenCode none that is the front’s', () => {
    expect(valuesOf(unit('front'), 'SocketBindDeny')).toEqual(['any']);
    expect(valuesOf(unit('front'), 'SocketBindAllow')).toEqual(['tcp:9200']);
    expect(valuesOf(unit('opencode'), 'SocketBindDeny')).toEqual(['tcp:9200']);
  });
});
