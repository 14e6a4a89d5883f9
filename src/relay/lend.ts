import type { Provider } from './plan.ts';

/** Where the relay listens, and what opens it. */
export interface Lent {
  /** Without a trailing slash. */
  url: string;
  /** Good for this run only. */
  password: string;
}

/** The first segment of a provider's addresses at the relay. */
export function prefixOf(id: string, index: number): string {
  return /^[\w-]+$/.test(id) ? id : `provider-${index}`;
}

/**
 * The configuration with the relay's address and password in place of each provider's own, and
 * without the headers that the relay puts in. Given in the environment it goes over what the
 * workspace's files say of the same members (OpenCode 1.18): they can send nothing elsewhere.
 */
export function lendConfig(
  config: Readonly<Record<string, unknown>>,
  providers: readonly Provider[],
  { url, password }: Lent,
): Record<string, unknown> {
  const given = membersOf(config['provider']);
  const lent = providers.map(({ id }, index) => {
    const entry = membersOf(given[id]);
    const { headers: _, queryParams: __, ...options } = membersOf(entry['options']);
    const baseURL = `${url}/${prefixOf(id, index)}`;
    return [id, { ...entry, options: { ...options, baseURL, apiKey: password } }] as const;
  });
  if (lent.length === 0) return { ...config };
  return { ...config, provider: { ...given, ...Object.fromEntries(lent) } };
}

/** The environment in which a proxy for the network is not asked for the relay. */
export function besideProxy(env: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(env);
  if (!names.some((name) => /^(?:http|all)_proxy$/i.test(name))) return { ...env };
  const given = [env['no_proxy'], env['NO_PROXY']].filter(Boolean);
  const hosts = [...new Set([...given, '127.0.0.1'])].join(',');
  return { ...env, no_proxy: hosts, NO_PROXY: hosts };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
