import type { Actor, NothingToDo } from '../event/trigger.ts';
import { findMarker } from '../marker.ts';

/** What somebody may do in a repository, from least to most. */
export const permissions = ['read', 'triage', 'write', 'maintain', 'admin'] as const;

/** One of GitHub's five; `none` is nobody's requirement. */
export type Permission = (typeof permissions)[number];

/** Who may start a run, as the workflow sets it. */
export interface GateRules {
  requiredPermission: Permission;
  /** Exact logins, in any case as GitHub takes them. */
  allowedUsers: readonly string[];
  allowedBots: readonly string[];
}

/**
 * What the rules alone say of somebody: let in by name, refused, or (`unclear`) a question of the
 * permission. A bot is never asked for its permission: any App can be installed.
 */
export function decideByName(actor: Actor, rules: GateRules): 'allowed' | 'unclear' | NothingToDo {
  if (!actor.isBot) return isListed(actor.login, rules.allowedUsers) ? 'allowed' : 'unclear';
  if (isListed(actor.login, rules.allowedBots)) return 'allowed';
  return {
    skip: 'bot-author',
    detail: `${actor.login} is a bot that \`allowed-bots\` does not name.`,
  };
}

/** Whether a permission suffices; `none` never does. */
export function decideByPermission(
  login: string,
  permission: Permission | 'none',
  rules: GateRules,
): NothingToDo | undefined {
  const required = rules.requiredPermission;
  if (rankOf(permission) >= rankOf(required)) return undefined;
  const has = permission === 'none' ? 'no permission' : `the permission ${permission}`;
  const detail = `@${login} has ${has} in this repository; ${required} is required.`;
  return { skip: 'not-permitted', detail };
}

/**
 * Our own account never starts a run: what a person's or an App's token writes does start workflows,
 * and a mention in an answer would go on for ever. An App's login has `[bot]` behind it in a payload.
 */
export function decideByIdentity(actor: Actor, ownLogin: string): NothingToDo | undefined {
  if (bare(actor.login) !== bare(ownLogin)) return undefined;
  const detail = `${actor.login} is the account of \`github-token\`, which never starts a run.`;
  return { skip: 'bot-author', detail };
}

/**
 * What a run of ours wrote never starts one, whoever's token that run had: two workflows with a
 * person's token each would answer each other for ever.
 */
export function decideByText(body: string): NothingToDo | undefined {
  if (findMarker(body) === undefined) return undefined;
  return { skip: 'bot-author', detail: 'The comment is an answer of this action itself.' };
}

/** Whether two logins are the same account's; GitHub does not tell upper from lower case. */
export function isSameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isListed(login: string, logins: readonly string[]): boolean {
  return logins.some((listed) => isSameLogin(listed, login));
}

function bare(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, '');
}

function rankOf(permission: Permission | 'none'): number {
  return ['none', ...permissions].indexOf(permission);
}
