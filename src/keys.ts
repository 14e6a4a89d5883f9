import type { Env, LocalServer } from './inputs.ts';
import { localConfig } from './opencode/config.ts';
import { agentEnvironment, isProviderKey } from './opencode/environment.ts';
import { logInfo } from './outputs.ts';
import { besideProxy, lendConfig } from './relay/lend.ts';
import { type Plan, planRelay } from './relay/plan.ts';
import { startRelay } from './relay/relay.ts';

/** What a server of ours is given to work with. */
export interface Equipment {
  env: Record<string, string>;
  config: Record<string, unknown>;
}

/** A key shorter than this is a stand-in ("none", "ollama") that other variables may well hold. */
const keyChars = 16;

/**
 * Environment and configuration of the agent's server. With the relay, which is left to `resources`,
 * the keys of the providers that it knows are in neither; one line of the log names those that are.
 * `secrets` never pass.
 */
export async function equip(
  wanted: LocalServer,
  env: Env,
  secrets: readonly string[],
  resources: AsyncDisposableStack,
): Promise<Equipment> {
  const { agentEnv: allow, keyRelay } = wanted;
  const config = localConfig({ share: wanted.share }, wanted.config);
  if (keyRelay === 'off') return { env: agentEnvironment(env, { allow, secrets }), config };
  const plan = planRelay(config, env, allow);
  const keys = plan.providers.map(({ key }) => key).filter((key) => key.length >= keyChars);
  const { withheld } = plan;
  const rest = agentEnvironment(env, { allow, secrets: [...secrets, ...keys], withheld });
  tellLeft(plan, Object.keys(rest));
  if (plan.providers.length === 0) return { env: rest, config };
  const relay = resources.use(await startRelay(plan.providers, env));
  return { env: besideProxy(rest), config: lendConfig(config, plan.providers, relay) };
}

function tellLeft({ left }: Plan, names: readonly string[]): void {
  const variables = names.filter(isProviderKey).map((name) => `\`${name}\``);
  const providers = left.map((id) => `that of the provider \`${id}\``);
  const seen = [...variables, ...providers];
  if (seen.length === 0) return;
  logInfo(
    `Keys that the agent itself gets, for the key relay does not hold them: ${seen.join(', ')}.`,
  );
}
