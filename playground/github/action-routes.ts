import { found, Refusal, type Routes } from './call.ts';
import { examplePayload, fieldsOf, rewritten, type Fields } from './example.ts';
import type { CacheRecord, WorkflowRun } from './records.ts';
import { hosts, renderRepository } from './render.ts';
import type { GitHubState } from './state.ts';

function renderRun(state: GitHubState, run: WorkflowRun): Fields {
  const example = fieldsOf(examplePayload('workflow_run', 0)['workflow_run']);
  const named = rewritten(example, [...hosts(state), ['octo-org/octo-repo', state.fullName]]);
  const { id, attempt, status, conclusion } = run;
  const repository = renderRepository(state);
  const title = { display_title: 'Mention Loop', path: '.github/workflows/mention-loop.yml' };
  const own = { id, run_attempt: attempt, status, conclusion, pull_requests: [] };
  return { ...named, ...title, ...own, repository, head_repository: repository };
}

function renderCache({ id, key, createdAt }: CacheRecord): Fields {
  const times = { created_at: createdAt, last_accessed_at: createdAt };
  return { id, key, ref: 'refs/heads/main', version: '0'.repeat(64), size_in_bytes: 1, ...times };
}

/** Workflow runs, and the entries of the cache. */
export const actionRoutes: Routes = {
  'actions/get-workflow-run-attempt': ({ state, params }) => {
    const { run_id: id, attempt_number: attempt } = params;
    const run = found(state.runs.get(`${id}/${attempt}`));
    return { status: 200, body: renderRun(state, run) };
  },
  'actions/get-actions-cache-list': ({ state, query }) => {
    const all = [...state.caches.values()].filter(({ key }) => key.startsWith(query['key'] ?? ''));
    return {
      status: 200,
      body: { total_count: all.length, actions_caches: all.map(renderCache) },
    };
  },
  'actions/delete-actions-cache-by-id': ({ state, params }) => {
    if (!state.mayWriteActions) throw new Refusal(403, 'Resource not accessible by integration');
    const { id } = found(state.caches.get(Number(params['cache_id'])));
    state.caches.delete(id);
    return { status: 204 };
  },
};
