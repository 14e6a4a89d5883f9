import * as v from 'valibot';

import { type Api, anthropic, google, openai } from './api.ts';

/** A provider whose key the relay holds. */
export interface Provider {
  /** As OpenCode's configuration calls it. */
  id: string;
  apis: readonly Api[];
  /** Base address of its API. */
  upstream: URL;
  /** Secret. */
  key: string;
  /** Put into every request; some are secret. */
  headers: Readonly<Record<string, string>>;
  /** Put into every address; some are secret. */
  query: Readonly<Record<string, string>>;
}

/** Which keys the relay takes over. */
export interface Plan {
  providers: Provider[];
  /** Names of variables that the agent does not get, for they hold what the relay does. */
  withheld: string[];
  /** Providers whose key the agent gets all the same: asked for so, or of an API that is not known. */
  left: string[];
}

type Env = Readonly<Record<string, string | undefined>>;

const texts = v.optional(v.record(v.string(), v.string()), {});
const entryShape = v.object({
  npm: v.optional(v.string()),
  api: v.optional(v.string()),
  env: v.optional(v.array(v.string())),
  options: v.optional(
    v.object({
      baseURL: v.optional(v.string()),
      apiKey: v.optional(v.string()),
      headers: texts,
      queryParams: texts,
    }),
    {},
  ),
  models: v.optional(
    v.record(
      v.string(),
      v.object({ provider: v.optional(v.object({ npm: v.optional(v.string()) }), {}) }),
    ),
    {},
  ),
});
type Entry = v.InferOutput<typeof entryShape>;
const configShape = v.object({ provider: v.optional(v.record(v.string(), v.unknown()), {}) });

/** A provider that OpenCode brings with it: names of its key, the one that its SDK reads first. */
interface Known {
  env: readonly string[];
  /** The variable that its SDK reads the address from where none is configured. */
  address?: string;
  upstream: string;
  api: Api;
}

/** https://models.dev/api.json, and the SDKs' own defaults. */
const known: Readonly<Record<string, Known>> = {
  anthropic: {
    env: ['ANTHROPIC_API_KEY'],
    address: 'ANTHROPIC_BASE_URL',
    upstream: 'https://api.anthropic.com/v1',
    api: anthropic,
  },
  openai: {
    env: ['OPENAI_API_KEY'],
    address: 'OPENAI_BASE_URL',
    upstream: 'https://api.openai.com/v1',
    api: openai,
  },
  google: {
    env: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    upstream: 'https://generativelanguage.googleapis.com/v1beta',
    api: google,
  },
  openrouter: {
    env: ['OPENROUTER_API_KEY'],
    upstream: 'https://openrouter.ai/api/v1',
    api: openai,
  },
};

/** The API that an SDK speaks; OpenCode takes the first where none is named. */
const apiOf = new Map<string, Api>([
  ['@ai-sdk/openai-compatible', openai],
  ['@ai-sdk/openai', openai],
  ['@openrouter/ai-sdk-provider', openai],
  ['@ai-sdk/anthropic', anthropic],
  ['@ai-sdk/google', google],
]);

/**
 * Decides whose keys the relay holds: of the providers that we know, and of those in `config` (the
 * input `opencode-config`) with an address of their own. What `agentEnv` names stays with the agent.
 * Only the step's own environment and its own input count: what the workspace says may be anybody's.
 */
export function planRelay(config: unknown, env: Env, agentEnv: readonly string[]): Plan {
  const read = v.safeParse(configShape, config);
  const given = read.success ? read.output.provider : {};
  const plan: Plan = { providers: [], withheld: [], left: [] };
  for (const id of new Set([...Object.keys(known), ...Object.keys(given)])) {
    const entry = v.safeParse(entryShape, given[id] ?? {});
    if (entry.success) decide(plan, id, entry.output, env, agentEnv);
    else plan.left.push(id);
  }
  return plan;
}

function decide(plan: Plan, id: string, entry: Entry, env: Env, agentEnv: readonly string[]): void {
  const own = Object.hasOwn(known, id) ? known[id] : undefined;
  const { options } = entry;
  const variables = entry.env ?? own?.env ?? [];
  const key =
    options.apiKey === undefined
      ? variables.map((name) => env[name]).find(Boolean)
      : resolve(options.apiKey, env);
  if (!key) return;
  const secrets = [
    options.apiKey ?? '',
    ...Object.values({ ...options.headers, ...options.queryParams }),
  ];
  const names = [...variables, ...secrets.flatMap(namesIn)].filter((name) => env[name]);
  const byDefault = env[own?.address ?? ''] || own?.upstream;
  const upstream = addressOf(resolve(options.baseURL ?? entry.api ?? byDefault ?? '', env));
  const apis = apisOf(entry, own);
  const isAsked = names.some((name) => agentEnv.includes(name));
  const isElsewhere = secrets.some((text) => text.includes('{file:'));
  if (isAsked || isElsewhere || upstream === undefined || apis.length === 0) {
    plan.left.push(id);
    return;
  }
  const headers = resolveAll(options.headers, env);
  plan.providers.push({
    id,
    apis,
    upstream,
    key,
    headers,
    query: resolveAll(options.queryParams, env),
  });
  plan.withheld.push(...names);
}

/** Where no SDK is named, it is what OpenCode knows of the provider: any of them. */
function apisOf({ npm, models }: Entry, own: Known | undefined): Api[] {
  const byDefault = own === undefined ? [...apiOf.values()] : [own.api];
  const first = npm === undefined ? byDefault : [apiOf.get(npm)];
  if (first[0] === undefined) return [];
  const others = Object.values(models).map(({ provider }) => apiOf.get(provider.npm ?? ''));
  return [...new Set([...first, ...others])].filter((api) => api !== undefined);
}

/** An address that a key may be sent to; one with a password of its own is left alone. */
function addressOf(text: string): URL | undefined {
  // Its SDK takes the host alone, too.
  const url = URL.parse(text.replace(/^(https:\/\/api\.anthropic\.com)\/?$/, '$1/v1'));
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return url.username + url.password + url.search === '' && !/[{}$]/.test(text) ? url : undefined;
}

/** OpenCode's own words for a variable. https://opencode.ai/docs/config#variables */
const variable = /\{env:([^}]+)\}/g;

function resolve(text: string, env: Env): string {
  return text.replaceAll(variable, (_, name: string) => env[name] ?? '');
}

function resolveAll(given: Readonly<Record<string, string>>, env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, resolve(value, env)]),
  );
}

function namesIn(text: string): string[] {
  return [...text.matchAll(variable)].map(([, name]) => name ?? '');
}
