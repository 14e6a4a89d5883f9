import type { Actor, NothingToDo, Repository, Trigger } from '../event/trigger.ts';
import { viewerLogin } from '../github.ts';
import type { GitHub } from '../github.ts';
import {
  decideByIdentity,
  decideByName,
  decideByPermission,
  decideByText,
  isSameLogin,
} from './decide.ts';
import type { GateRules } from './decide.ts';
import { readPermission } from './permission.ts';

/** What of a trigger its permission depends on. */
export interface Asking extends Pick<Trigger, 'actor' | 'repository'> {
  comment: { body: string } | undefined;
}

/**
 * Whether a trigger may run: undefined, or why not. `rerunBy` is who started this attempt
 * (`GITHUB_TRIGGERING_ACTOR`) and must be let in as well. `schedule` and `workflow_dispatch` need no
 * check: GitHub starts them for people with write permission only.
 * Asks for the permission and for our own login side by side. Throws `github-error` where an answer
 * is unclear: then the run does not happen.
 */
export async function checkGate(
  github: GitHub,
  trigger: Asking,
  rules: GateRules,
  rerunBy: string | undefined,
  signal: AbortSignal,
): Promise<NothingToDo | undefined> {
  const { actor, repository } = trigger;
  if (actor === undefined) return undefined;
  const own = decideByText(trigger.comment?.body ?? '');
  if (own !== undefined) return own;
  const people = [actor, ...rerunOf(actor, rerunBy)];
  const unclear: Actor[] = [];
  for (const person of people) {
    const decision = decideByName(person, rules);
    if (typeof decision === 'object') return decision;
    if (decision === 'unclear') unclear.push(person);
  }
  const leaving = new AbortController();
  const calls = AbortSignal.any([signal, leaving.signal]);
  try {
    return await firstRefusal([
      ...unclear.map((person) => checkPermission(github, repository, person.login, rules, calls)),
      checkIdentity(github, actor, calls),
    ]);
  } finally {
    leaving.abort();
  }
}

/** Takes the answers in their order, so that a refusal need not wait for what follows it. */
async function firstRefusal(
  checks: readonly Promise<NothingToDo | undefined>[],
): Promise<NothingToDo | undefined> {
  const settled = checks.map((check) =>
    check.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
  );
  for (const check of settled) {
    const outcome = await check;
    if ('error' in outcome) throw outcome.error;
    if (outcome.value !== undefined) return outcome.value;
  }
  return undefined;
}

async function checkPermission(
  github: GitHub,
  repository: Repository,
  login: string,
  rules: GateRules,
  signal: AbortSignal,
): Promise<NothingToDo | undefined> {
  const permission = await readPermission(github, repository, login, signal);
  return decideByPermission(login, permission, rules);
}

async function checkIdentity(
  github: GitHub,
  actor: Actor,
  signal: AbortSignal,
): Promise<NothingToDo | undefined> {
  return decideByIdentity(actor, await viewerLogin(github, signal));
}

function rerunOf(actor: Actor, login: string | undefined): Actor[] {
  if (login === undefined || login === '' || isSameLogin(login, actor.login)) return [];
  return [{ login, isBot: login.endsWith('[bot]') }];
}
