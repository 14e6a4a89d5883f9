import { isSecretName } from '../redact/names.ts';
import { tokenShapes } from '../redact/shapes.ts';

/** Exceptions to what looks like a secret, and the secrets that are known. */
export interface EnvironmentOptions {
  /** Names that pass although they look like a secret (`agent-env`). Letter case counts. */
  allow: readonly string[];
  /** Values that never pass, whatever their variable is called. */
  secrets: readonly string[];
  /** Names that do not pass, whatever they are called: somebody else holds what is in them. */
  withheld?: readonly string[];
}

/** A known secret shorter than this is looked for as a whole value only. */
const containedChars = 8;

/** The runner's own, for actions and steps: commands, inputs, tokens of its services. */
const runnerNames =
  /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY|TOKEN)$)/;

/** Values that hold a secret beside those that are known by their shape, or may be one. */
const secretValues = [
  /\bsk-[\w-]{20,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\./,
  /authorization:\s*(?:basic|bearer)\s/i,
  /:\/\/[^/\s:@]*:[^/\s@]+@/,
];

/**
 * Keys that OpenCode reads for model providers, and that open nothing but models. A cloud's own
 * credentials (`AWS_SECRET_ACCESS_KEY`, `GOOGLE_APPLICATION_CREDENTIALS`, `GITHUB_TOKEN`) do more,
 * and need `agent-env`. https://models.dev/api.json
 */
const providerKeys = new Set(
  `AI_GATEWAY ANTHROPIC AZURE AZURE_COGNITIVE_SERVICES AZURE_OPENAI BASETEN CEREBRAS CHUTES COHERE
  DASHSCOPE DEEPINFRA DEEPSEEK FIREWORKS GEMINI GOOGLE GOOGLE_GENERATIVE_AI GROQ HELICONE INCEPTION
  LLAMA MINIMAX MISTRAL MOONSHOT MORPH NEBIUS NVIDIA OLLAMA OPENAI OPENCODE OPENROUTER PERPLEXITY POE
  REQUESTY SYNTHETIC TOGETHER UPSTAGE V0 VENICE XAI ZENMUX ZHIPU`
    .split(/\s+/)
    .map((provider) => `${provider}_API_KEY`),
);
const otherProviderKeys = new Set(['AWS_BEARER_TOKEN_BEDROCK', 'HF_TOKEN']);

/** A proxy may carry a password; without it the provider is out of reach. */
const proxies = /^(?:https?|all)_proxy$/i;

/** Git reads these as one: a key without its value makes every git command fail. */
const gitConfig = /^GIT_CONFIG_(?:COUNT$|(?:KEY|VALUE)_\d+$)/;

/**
 * The environment that OpenCode and its tools get: the step's, without the runner's own variables,
 * without what is named or valued like a secret, and without the known secrets.
 * Provider keys pass, and the names in `allow`; a known secret's value never does.
 */
export function agentEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  options: EnvironmentOptions,
): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const known = options.secrets.filter((secret) => secret !== '');
  const allowed = new Set(options.allow);
  const git = entries.filter(([name]) => gitConfig.test(name));
  const hasGitSecret = git.some(([, value]) => isSecretValue(value) || holdsSecret(value, known));
  return Object.fromEntries(
    entries.filter(([name, value]) => {
      if (options.withheld?.includes(name) || holdsSecret(value, known)) return false;
      if (allowed.has(name)) return true;
      if (gitConfig.test(name)) return !hasGitSecret;
      return mayPass(name, value);
    }),
  );
}

/** Whether a variable of that name passes because it is a model provider's key. */
export function isProviderKey(name: string): boolean {
  return providerKeys.has(name) || otherProviderKeys.has(name);
}

function mayPass(name: string, value: string): boolean {
  if (runnerNames.test(name)) return false;
  if (isProviderKey(name) || proxies.test(name)) return true;
  return !isSecretName(name) && !isSecretValue(value);
}

/** Whether a value has the shape of a secret, or one in it. */
export function isSecretValue(value: string): boolean {
  return [...tokenShapes, ...secretValues].some((shape) => value.search(shape) >= 0);
}

function holdsSecret(value: string, known: readonly string[]): boolean {
  return known.some(
    (secret) => value === secret || (secret.length >= containedChars && value.includes(secret)),
  );
}
