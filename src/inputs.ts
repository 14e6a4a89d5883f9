import type { GateRules } from './gate/decide.ts';
import { permissions } from './gate/decide.ts';
import {
  list,
  minutes,
  oneOf,
  optionalText,
  refuse,
  refuseUnquoted,
  text,
} from './inputs/fields.ts';
import type { Env } from './inputs/fields.ts';
import { type LockInputs, readLock } from './inputs/lock.ts';
import { type ChangesInputs, readChanges } from './inputs/changes.ts';
import { readReview, type ReviewInputs } from './inputs/review.ts';
import { readSession, type SessionInputs } from './inputs/session.ts';
import { warnOfShort } from './inputs/secrets.ts';
import { readServer, readWarnings } from './inputs/server.ts';
import type { LocalServer, RemoteServer } from './inputs/server.ts';
import { timeoutMaxMinutes } from './limits.ts';
import type { ModelName } from './opencode/server.ts';

export type { ChangesInputs } from './inputs/changes.ts';
export { readCache } from './inputs/cache.ts';
export { readRunContext } from './inputs/context.ts';
export type { RunContext } from './inputs/context.ts';
export type { Env } from './inputs/fields.ts';
export { readReview } from './inputs/review.ts';
export type { ReviewInputs } from './inputs/review.ts';
export { readNamedSecrets, readSecrets } from './inputs/secrets.ts';
export type { LocalServer, RemoteServer } from './inputs/server.ts';

/** What deciding whether there is anything to do takes. */
export interface TriggerInputs {
  /** Never empty where the event is a comment that we read. */
  mentions: string[];
  /** Empty: none. */
  prompt: string;
  /** `owner/name`, for an event whose payload names none. */
  repository: string;
}

/** Everything else that a workflow can set, read behind the gate. */
export interface Inputs {
  server: LocalServer | RemoteServer;
  model: ModelName | undefined;
  agent: string | undefined;
  variant: string | undefined;
  permissionRequests: 'reject' | 'allow';
  progress: 'comment' | 'none';
  reply: 'comment' | 'none';
  changes: ChangesInputs;
  review: ReviewInputs;
  /** Empty: none. */
  workingLabel: string;
  lock: LockInputs;
  session: SessionInputs;
  timeoutMs: number;
  stallMs: number;
  /** Sentences for the log: inputs that have no effect. */
  warnings: string[];
}

/** Reads what an event is decided by. Throws `invalid-input` for a comment and no phrase at all. */
export function readTriggerInputs(env: Env): TriggerInputs {
  const given = text(env, 'mentions');
  const mentions = given === '' ? ['/opencode', '/oc'] : list(env, 'mentions');
  if (mentions.length === 0 && isComment(env))
    throw refuse('mentions', given, 'expected comma-separated phrases');
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  return { mentions, prompt: text(env, 'prompt'), repository };
}

/**
 * The input `github-token`. Secret. Throws `invalid-input` where it is empty, as a secret of the
 * repository is on a fork's events: read it only where there is something to do.
 */
export function readToken(env: Env): string {
  const token = text(env, 'github-token');
  if (token !== '') return token;
  const expected = 'expected a token; with act, pass one with `-s GITHUB_TOKEN`';
  throw refuseUnquoted('github-token', `is empty; ${expected}`);
}

/** Reads who may start a run. Throws `invalid-input` for an unknown permission and for a wildcard. */
export function readGateInputs(env: Env): GateRules {
  return {
    requiredPermission: oneOf(env, 'required-permission', permissions, 'write'),
    allowedUsers: logins(env, 'allowed-users'),
    allowedBots: logins(env, 'allowed-bots'),
  };
}

/**
 * Reads all that a permitted run needs. An empty input is its default, but for `working-label`,
 * where it means none. Throws `invalid-input` in one line that names the input, and quotes its value
 * unless that may be secret.
 */
export function readInputs(env: Env): Inputs {
  const review = readReview(env);
  if (!review.isWanted) requireTask(env);
  const server = readServer(env);
  return {
    server,
    model: readModel(env),
    agent: optionalText(env, 'agent'),
    variant: optionalText(env, 'variant'),
    permissionRequests: oneOf(env, 'permission-requests', ['reject', 'allow'], 'reject'),
    progress: oneOf(env, 'progress', ['comment', 'none'], 'comment'),
    reply: oneOf(env, 'reply', ['comment', 'none'], 'comment'),
    changes: readChanges(env),
    review,
    workingLabel: env['INPUT_WORKING-LABEL']?.trim() ?? 'agent: working',
    lock: readLock(env),
    session: readSession(env),
    timeoutMs: minutes(env, 'timeout-minutes', 30, timeoutMaxMinutes),
    // A run is over before a longer one could end it, and a timer holds no more than 24 days.
    stallMs: Math.min(minutes(env, 'stall-minutes', 10), timeoutMaxMinutes * 60_000),
    warnings: [...readWarnings(env, server.kind), ...warnOfShort(env)],
  };
}

/** An event without a mention needs its task from the workflow, unless it is to be a review. */
function requireTask(env: Env): void {
  if (text(env, 'prompt') !== '' || isComment(env)) return;
  const eventName = env['GITHUB_EVENT_NAME'] ?? '';
  const expected = `expected the task, for the event ${eventName} carries no mention`;
  throw refuseUnquoted('prompt', `is empty; ${expected}`);
}

function isComment(env: Env): boolean {
  const comments = ['issue_comment', 'pull_request_review_comment'];
  return comments.includes(env['GITHUB_EVENT_NAME'] ?? '');
}

function readModel(env: Env): ModelName | undefined {
  const given = text(env, 'model');
  if (given === '') return undefined;
  const slash = given.indexOf('/');
  const model = { provider: given.slice(0, Math.max(slash, 0)), model: given.slice(slash + 1) };
  if (model.provider !== '' && model.model !== '' && !/\s/.test(given)) return model;
  throw refuse('model', given, 'expected `provider/model`');
}

/** Logins as GitHub gives them out: a wildcard would let in whoever picks a fitting name. */
function logins(env: Env, name: string): string[] {
  const given = list(env, name);
  const wrong = given.find((login) => !/^[a-z\d][\w-]*(\[bot\])?$/i.test(login));
  if (wrong === undefined) return given;
  throw refuse(name, wrong, 'expected exact logins, without wildcards and without `@`');
}

/** Whether nothing is to be written on GitHub; needs no other input to be right. */
export function isSilent(env: Env): boolean {
  return text(env, 'reply') === 'none';
}
