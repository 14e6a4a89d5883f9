import { readFileSync } from 'node:fs';
import { ActionError, messageOf } from '../errors.ts';
import type { Env } from './fields.ts';

/** What the runner says about the run; addresses are of the right host on Enterprise Server too. */
export interface RunContext {
  eventName: string;
  /** The event's payload, as it was parsed and nothing more. */
  payload: unknown;
  apiUrl: string;
  serverUrl: string;
  /** `owner/name`. */
  repository: string;
  runId: string;
  attempt: number;
  /** Who started this attempt, who may be another on a rerun; undefined under act, which names nobody. */
  triggeringActor: string | undefined;
  workspace: string;
  /** The runner's temporary folder, emptied with the job. */
  temp: string;
  toolCache: string;
  /** The page of this attempt. */
  runUrl: string;
  env: Env;
}

/**
 * Reads the runner's own variables and the event's payload.
 * Throws `invalid-input` where one is missing, and where the payload cannot be read or parsed.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
export function readRunContext(env: Env): RunContext {
  const serverUrl = required(env, 'GITHUB_SERVER_URL');
  const repository = required(env, 'GITHUB_REPOSITORY');
  const runId = required(env, 'GITHUB_RUN_ID');
  const attempt = Number(env['GITHUB_RUN_ATTEMPT'] ?? '') || 1;
  const temp = required(env, 'RUNNER_TEMP');
  return {
    eventName: required(env, 'GITHUB_EVENT_NAME'),
    payload: readPayload(required(env, 'GITHUB_EVENT_PATH')),
    apiUrl: required(env, 'GITHUB_API_URL'),
    serverUrl,
    repository,
    runId,
    attempt,
    // Not GITHUB_ACTOR in its place: that is `nektos/act` under act, who has no permission anywhere.
    triggeringActor: env['GITHUB_TRIGGERING_ACTOR'] || undefined,
    workspace: required(env, 'GITHUB_WORKSPACE'),
    temp,
    toolCache: env['RUNNER_TOOL_CACHE'] || temp,
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${attempt}`,
    env,
  };
}

function required(env: Env, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new ActionError('invalid-input', `The environment variable ${name} is not set.`, {
    hint: 'Run this action as a step of a workflow, with the runner or with act.',
  });
}

function readPayload(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    // What JSON.parse says quotes the file.
    const problem = cause instanceof SyntaxError ? 'it is not JSON' : messageOf(cause);
    const message = `Could not read the event from GITHUB_EVENT_PATH: ${problem}.`;
    throw new ActionError('invalid-input', message, {
      hint: 'It is the file that act takes with `-e`.',
      cause,
    });
  }
}
