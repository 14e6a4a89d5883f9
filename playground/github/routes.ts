/** What GitHub does at each call: one entry for each call in openapi.json. */
import { actionRoutes } from './action-routes.ts';
import { Refusal, type Answer, type Call, type Routes } from './call.ts';
import { gitRoutes } from './git-routes.ts';
import { issueRoutes } from './issue-routes.ts';
import { pullRoutes } from './pull-routes.ts';
import { reactionRoutes } from './reaction-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { renderPublicUser, renderRepository, renderUser } from './render.ts';
import type { GitHubState } from './state.ts';

function getPermission({ state, params }: Call): Answer {
  const login = params['username'] ?? '';
  const granted = state.roles.get(login);
  const isKnown = granted !== undefined || isAuthor(state, login);
  if (!isKnown) throw new Refusal(404, 'Not Found');
  const anybody = state.isPrivate ? 'none' : 'read';
  const { role, permission } = granted ?? { role: anybody, permission: anybody };
  const user = { ...renderUser(state, login), role_name: role };
  return { status: 200, body: { permission, role_name: role, user } };
}

function isAuthor(state: GitHubState, login: string): boolean {
  const written = [state.issues, state.comments, state.reviewComments].flatMap((all) => [
    ...all.values(),
  ]);
  return written.some(({ author }) => author === login);
}

/** All routes of the emulator. */
export const routes: Routes = {
  'users/get-authenticated': ({ state, identity }) => {
    if (identity.type === 'Bot') throw new Refusal(403, 'Resource not accessible by integration');
    return { status: 200, body: renderPublicUser(state, identity.login) };
  },
  'users/get-by-username': ({ state, params }) => ({
    status: 200,
    body: renderPublicUser(state, params['username'] ?? ''),
  }),
  'repos/get': ({ state }) => ({ status: 200, body: renderRepository(state) }),
  'repos/get-collaborator-permission-level': getPermission,
  ...actionRoutes,
  ...gitRoutes,
  ...issueRoutes,
  ...pullRoutes,
  ...reactionRoutes,
  ...reviewRoutes,
};
