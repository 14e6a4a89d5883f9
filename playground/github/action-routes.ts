import { found, type Routes } from './call.ts';
import { examplePayload, fieldsOf, rewritten, type Fields } from './example.ts';
import type { WorkflowRun } from './records.ts';
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

/** Workflow runs. */
export const actionRoutes: Routes = {
  'actions/get-workflow-run-attempt': ({ state, params }) => {
    const { run_id: id, attempt_number: attempt } = params;
    const run = found(state.runs.get(`${id}/${attempt}`));
    return { status: 200, body: renderRun(state, run) };
  },
};
