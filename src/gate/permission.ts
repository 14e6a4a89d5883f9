import * as v from 'valibot';
import { ActionError } from '../errors.ts';
import type { Repository } from '../event/trigger.ts';
import { toGitHubError } from '../github.ts';
import type { GitHub } from '../github.ts';
import { permissions } from './decide.ts';
import type { Permission } from './decide.ts';

const level = v.picklist([...permissions, 'none']);

const answer = v.object({ permission: level, role_name: v.optional(v.string()) });

/**
 * What somebody may do in the repository. `role_name` tells triage and maintain apart; a custom role
 * counts as the `permission` that it is built on. 404 is nobody, hence `none`.
 * Throws `github-error` where GitHub does not say clearly.
 * https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export async function readPermission(
  github: GitHub,
  repository: Repository,
  login: string,
  signal: AbortSignal,
): Promise<Permission | 'none'> {
  const attempted = `read the permission of @${login}`;
  const at = { owner: repository.owner, repo: repository.name, username: login };
  try {
    const call = github.rest.repos.getCollaboratorPermissionLevel;
    const { data } = await call({ ...at, request: { signal } });
    return toPermission(data, attempted);
  } catch (thrown) {
    if (isNotFound(thrown)) return 'none';
    throw toGitHubError(thrown, attempted);
  }
}

function toPermission(data: unknown, attempted: string): Permission | 'none' {
  const read = v.safeParse(answer, data);
  if (!read.success) {
    throw new ActionError('github-error', `Could not ${attempted}: GitHub's answer is unclear.`);
  }
  const role = v.safeParse(level, read.output.role_name);
  return role.success ? role.output : read.output.permission;
}

function isNotFound(thrown: unknown): boolean {
  return thrown instanceof Error && 'status' in thrown && thrown.status === 404;
}
