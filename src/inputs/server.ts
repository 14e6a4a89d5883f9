import { flag, list, oneOf, optionalText, refuse, refuseUnquoted, text } from './fields.ts';
import type { Env } from './fields.ts';
import { parseObject } from './json.ts';

/** A server that the action starts itself. */
export interface LocalServer {
  kind: 'local';
  /** `installed`, an exact version, or undefined for the pinned one. */
  version: string | undefined;
  /** A binary that is already there. */
  path: string | undefined;
  /** Merged over the action's own configuration. */
  config: Record<string, unknown>;
  /** Names of variables that reach the agent although they look like secrets. */
  agentEnv: string[];
  /** Whether OpenCode gets a user of its own: where that can be had, always, or never. */
  isolation: 'auto' | 'user' | 'none';
  /** `off`: the agent gets the providers' keys themselves. */
  keyRelay: 'auto' | 'off';
  share: boolean;
}

/** A server that is already running. */
export interface RemoteServer {
  kind: 'remote';
  /** Without a trailing slash. */
  url: string;
  /** The authorisation, ready to send; empty for an open server. Secret. */
  headers: Record<string, string>;
  /** The repository's absolute path on that server; undefined: a workspace is to be laid out there. */
  directory: string | undefined;
}

/** Inputs that say nothing where the server is the other kind, with what the runner sets by itself. */
const concerns = {
  local: {
    'opencode-version': '',
    'opencode-path': '',
    'opencode-config': '',
    'agent-env': '',
    isolation: 'auto',
    'key-relay': 'auto',
    share: 'false',
  },
  remote: {
    'server-token': '',
    'server-username': 'opencode',
    'server-password': '',
    'server-directory': '',
    'allow-insecure-server': 'false',
  },
};

/** Which server a run uses; the rest of the inputs is read for that kind only. Throws `invalid-input`. */
export function readServer(env: Env): LocalServer | RemoteServer {
  return text(env, 'server-url') === '' ? readLocal(env) : readRemote(env);
}

/** One sentence that names the inputs that are set and do not concern the chosen kind, if there are any. */
export function readWarnings(env: Env, kind: 'local' | 'remote'): string[] {
  const others = Object.entries(kind === 'local' ? concerns.remote : concerns.local);
  const idle = others.filter(([name, byDefault]) => !['', byDefault].includes(text(env, name)));
  if (idle.length === 0) return [];
  const names = idle.map(([name]) => `\`${name}\``).join(', ');
  const why = kind === 'local' ? 'no `server-url` is given' : '`server-url` is given';
  return [`Without effect, because ${why}: ${names}.`];
}

function readLocal(env: Env): LocalServer {
  const config = text(env, 'opencode-config');
  return {
    kind: 'local',
    version: readVersion(env),
    path: optionalText(env, 'opencode-path'),
    config: config === '' ? {} : parseObject('opencode-config', config),
    agentEnv: readNames(env),
    isolation: oneOf(env, 'isolation', ['auto', 'user', 'none'], 'auto'),
    keyRelay: oneOf(env, 'key-relay', ['auto', 'off'], 'auto'),
    share: flag(env, 'share'),
  };
}

/** A range would be resolved to whatever is newest: nothing pinned, nothing checked. */
function readVersion(env: Env): string | undefined {
  const version = optionalText(env, 'opencode-version');
  if (version === undefined || version === 'installed') return version;
  if (/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) return version;
  const expected = 'expected an exact version such as `1.18.33`, or `installed`';
  throw refuse('opencode-version', version, expected);
}

function readNames(env: Env): string[] {
  const names = list(env, 'agent-env');
  const wrong = names.find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (wrong === undefined) return names;
  // A value pasted in place of the name may be the secret itself.
  throw refuseUnquoted('agent-env', 'holds something else than names of environment variables');
}

function readRemote(env: Env): RemoteServer {
  const url = readUrl(env);
  const headers = readHeaders(env);
  return { kind: 'remote', url, headers, directory: readDirectory(env) };
}

/** Anything but a plain address may hold credentials: then nothing of it is quoted. */
function readUrl(env: Env): string {
  const name = 'server-url';
  const url = URL.parse(text(env, name));
  if (url === null)
    throw refuseUnquoted(name, 'is not a URL; expected one like `https://host:4096`');
  if (url.username !== '' || url.password !== '') {
    const instead = '`server-username` and `server-password`';
    throw refuseUnquoted(name, `holds credentials; give them as ${instead} instead`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw refuseUnquoted(name, 'has a query or a fragment; expected the address alone');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuseUnquoted(name, 'is no `https:` or `http:` address');
  }
  if (
    url.protocol === 'http:' &&
    !isLoopback(url.hostname) &&
    !flag(env, 'allow-insecure-server')
  ) {
    const expected = 'expected `https:`, or `allow-insecure-server: true` for plain `http:`';
    throw refuse(name, url.origin, expected);
  }
  return url.href.replace(/\/+$/, '');
}

/** Whether a host is this machine. https://www.rfc-editor.org/rfc/rfc6761#section-6.3 for the names; URL has written out addresses. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function readHeaders(env: Env): Record<string, string> {
  const token = text(env, 'server-token');
  const password = text(env, 'server-password');
  if (token !== '' && password !== '') {
    throw refuseUnquoted('server-token', 'and the input `server-password` are both set; give one');
  }
  if (password !== '') return { authorization: basic(readUsername(env), password) };
  if (token === '') return {};
  // Node's own complaint about a header that cannot be sent would quote it. RFC 6750, section 2.1.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw refuseUnquoted('server-token', 'holds white space or characters beyond ASCII');
  }
  return { authorization: `Bearer ${token}` };
}

/** RFC 7617, section 2: the name ends at the first colon. */
function readUsername(env: Env): string {
  const username = text(env, 'server-username') || 'opencode';
  if (!username.includes(':')) return username;
  throw refuseUnquoted('server-username', 'holds a colon, which no user name may');
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function readDirectory(env: Env): string | undefined {
  const directory = text(env, 'server-directory');
  if (directory === '') return undefined;
  if (/^(\/|\\\\|[A-Za-z]:[\\/])/.test(directory)) return directory;
  const expected = "expected the repository's absolute path on the server";
  throw refuse('server-directory', directory, expected);
}
