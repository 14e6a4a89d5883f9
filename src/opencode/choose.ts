import * as v from 'valibot';

import { ActionError } from '../errors.ts';
import { type Address, request } from './client.ts';
import { suggest } from './names.ts';
import { unreadable } from './record.ts';
import { retry } from './retry.ts';
import type { PermissionRule } from './rules.ts';
import type { ModelName } from './server.ts';
import { read } from './shapes.ts';

/** What the inputs ask for; undefined: OpenCode's own. */
export interface Wish {
  model: ModelName | undefined;
  agent: string | undefined;
  variant: string | undefined;
  /** Whose environment holds the providers' keys: ours, or the server's. */
  isLocal: boolean;
}

/** What a session runs with: every name is known to exist. */
export interface Choice {
  agent: string;
  agentRules: PermissionRule[];
  model: ModelName;
  variant: string | undefined;
}

const modelName = v.object({ providerID: v.string(), modelID: v.string() });
const agents = v.array(
  v.object({
    name: v.string(),
    mode: v.string(),
    hidden: v.optional(v.boolean(), false),
    model: v.optional(modelName),
    permission: v.array(
      v.object({
        permission: v.string(),
        pattern: v.string(),
        action: v.picklist(['allow', 'deny', 'ask']),
      }),
    ),
  }),
);
const providers = v.object({
  providers: v.array(
    v.object({
      id: v.string(),
      models: v.record(
        v.string(),
        v.object({ variants: v.optional(v.record(v.string(), v.unknown()), {}) }),
      ),
    }),
  ),
});
const config = v.object({
  model: v.optional(v.string()),
  default_agent: v.optional(v.string()),
});

/** What a server can do, as far as a choice needs it. */
export interface Offer {
  agents: v.InferOutput<typeof agents>;
  providers: v.InferOutput<typeof providers>['providers'];
  config: v.InferOutput<typeof config>;
}

/**
 * Asks a server for its agents, its models and its configuration, side by side; again where that may
 * help. Throws what `request` throws.
 */
export async function fetchOffer(address: Address, signal: AbortSignal): Promise<Offer> {
  const [agentList, providerList, own] = await Promise.all([
    get(address, '/agent', agents, signal),
    get(address, '/config/providers', providers, signal),
    get(address, '/config', config, signal),
  ]);
  return { agents: agentList, providers: providerList.providers, config: own };
}

/**
 * Checks the names that were asked for, and fills in OpenCode's own where none was.
 * Throws `unknown-agent`, `unknown-model`, and `invalid-input` for an unknown variant, and where
 * neither the input nor OpenCode's configuration names a model: its default would be a free model
 * hosted by others.
 */
export function choose(offer: Offer, wish: Wish): Choice {
  const agent = chooseAgent(offer, wish.agent);
  const model = wish.model ?? configuredModel(offer, agent);
  const variants = checkModel(offer, model, wish.isLocal);
  if (wish.variant !== undefined && !variants.includes(wish.variant)) {
    throw new ActionError(
      'invalid-input',
      `The model \`${model.provider}/${model.model}\` has no variant \`${wish.variant}\`.`,
      {
        hint: suggest(wish.variant, variants) || 'It has none at all: leave `variant` empty.',
      },
    );
  }
  return { agent: agent.name, agentRules: agent.permission, model, variant: wish.variant };
}

function chooseAgent(
  { agents: all, config: own }: Offer,
  asked: string | undefined,
): Offer['agents'][number] {
  const leading = all.filter((agent) => agent.mode !== 'subagent' && !agent.hidden);
  const wanted = asked ?? own.default_agent;
  const found =
    leading.find(({ name }) => name === (wanted ?? 'build')) ??
    (wanted === undefined ? leading[0] : undefined);
  if (found !== undefined) return found;
  const name = wanted ?? 'build';
  const isSubagent = all.some((agent) => agent.name === name && agent.mode === 'subagent');
  throw new ActionError(
    'unknown-agent',
    isSubagent
      ? `The agent \`${name}\` is a sub-agent and cannot lead a session.`
      : `OpenCode has no agent \`${name}\`.`,
    {
      hint: suggest(
        name,
        leading.map((agent) => agent.name),
      ),
    },
  );
}

function configuredModel({ config: own }: Offer, agent: Offer['agents'][number]): ModelName {
  if (agent.model) return { provider: agent.model.providerID, model: agent.model.modelID };
  const slash = own.model?.indexOf('/') ?? -1;
  if (own.model !== undefined && slash > 0) {
    return { provider: own.model.slice(0, slash), model: own.model.slice(slash + 1) };
  }
  throw new ActionError(
    'invalid-input',
    "No model is chosen: neither the input `model` nor OpenCode's configuration names one.",
    {
      hint: 'Set `model` to `provider/model`. OpenCode would fall back on a free model that others host, and send them the code.',
    },
  );
}

/** The model's variants. */
function checkModel(
  { providers: all }: Offer,
  { provider, model }: ModelName,
  isLocal: boolean,
): string[] {
  const found = all.find(({ id }) => id === provider);
  const variants = found?.models[model]?.variants;
  if (variants !== undefined) return Object.keys(variants);
  const name = `${provider}/${model}`;
  const names = all.flatMap(({ id, models }) => Object.keys(models).map((key) => `${id}/${key}`));
  const where = isLocal
    ? "the step's `env` (other than the usual names: `agent-env`)"
    : 'the server';
  const missing = found === undefined ? ` Is the key of \`${provider}\` in ${where}?` : '';
  throw new ActionError('unknown-model', `OpenCode has no model \`${name}\`.`, {
    hint: (suggest(name, names) + missing).trim(),
  });
}

async function get<Output>(
  address: Address,
  path: string,
  schema: v.BaseSchema<unknown, Output, v.BaseIssue<unknown>>,
  signal: AbortSignal,
): Promise<Output> {
  const call = { method: 'GET', path, loadsProject: true } as const;
  const answer = read(schema, await retry(() => request(address, call, signal), signal));
  if (answer === undefined) throw unreadable(path);
  return answer;
}
