/** The environment in which the Actions runner starts a step of a JavaScript action. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { SampleEvent } from './events.ts';

/** What a job gives its steps; all paths exist. */
export interface Job {
  event: SampleEvent;
  github: { url: string; graphqlUrl: string; token: string; state: { fullName: string } };
  /** The action's own folder, with action.yml and dist/. */
  actionPath: string;
  workspace: string;
  temp: string;
  inputs: Record<string, string>;
  env: Record<string, string>;
}

/** Where a step writes what it tells the runner. */
export interface CommandFiles {
  output: string;
  state: string;
  env: string;
  path: string;
  summary: string;
}

/** `INPUT_*` of every input in action.yml, defaults included. Throws on one that is not there. */
export function inputEnvironment(
  actionPath: string,
  given: Record<string, string>,
  token: string,
): Record<string, string> {
  const text = readFileSync(join(actionPath, 'action.yml'), 'utf8');
  const action = parse(text) as { inputs?: Record<string, { default?: unknown } | null> };
  const inputs = action.inputs ?? {};
  const unknown = Object.keys(given).find((name) => !(name in inputs));
  if (unknown !== undefined) throw new Error(`action.yml has no input ${unknown}.`);
  const entries = Object.entries(inputs).map(([name, input]) => {
    const value = given[name] ?? evaluate(input?.default, token);
    return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The only expression that our defaults hold is the job's token. */
function evaluate(value: unknown, token: string): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const evaluated = text.replaceAll(/\$\{\{\s*github\.token\s*\}\}/g, () => token);
  if (evaluated.includes('${{')) throw new Error(`Only github.token is evaluated, not ${text}.`);
  return evaluated;
}

/** Values that a runner holds and that must reach nobody else, new for each job. */
export function makeCanaries(): Record<string, string> {
  const canary = (): string => randomBytes(24).toString('base64url');
  const nowhere = 'http://127.0.0.1:9';
  return {
    ACTIONS_RUNTIME_TOKEN: canary(),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: canary(),
    ACTIONS_ID_TOKEN_REQUEST_URL: `${nowhere}/${canary()}`,
    ACTIONS_RUNTIME_URL: `${nowhere}/${canary()}/`,
    ACTIONS_RESULTS_URL: `${nowhere}/${canary()}/`,
    ACTIONS_CACHE_URL: `${nowhere}/${canary()}/`,
  };
}

/** New, empty command files for one step. */
export function makeCommandFiles(temp: string): CommandFiles {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const make = (name: string): string => {
    const file = join(folder, `${name}_${randomUUID()}`);
    writeFileSync(file, '');
    return file;
  };
  const [output, state, env] = [make('set_output'), make('save_state'), make('set_env')];
  return { output, state, env, path: make('add_path'), summary: make('step_summary') };
}

/** Everything but `STATE_*`. `job.env` comes last, as a workflow's `env:` does. */
export function stepEnvironment(job: Job, files: CommandFiles): Record<string, string> {
  const { event, github, temp } = job;
  const home = join(temp, '_home');
  const eventPath = join(temp, '_github_workflow', 'event.json');
  for (const folder of [home, dirname(eventPath)]) mkdirSync(folder, { recursive: true });
  writeFileSync(eventPath, JSON.stringify(event.payload));
  return {
    ...systemEnvironment(home),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_WORKSPACE: job.workspace,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_ENV: files.env,
    GITHUB_PATH: files.path,
    ...workflowEnvironment(event, github.state.fullName),
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(temp, '_tool'),
    RUNNER_TRACKING_ID: `github_${randomUUID()}`,
    RUNNER_OS: { win32: 'Windows', darwin: 'macOS' }[process.platform as string] ?? 'Linux',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_NAME: 'playground',
    RUNNER_ENVIRONMENT: 'self-hosted',
    ...inputEnvironment(job.actionPath, job.inputs, github.token),
    ...job.env,
  };
}

function workflowEnvironment(event: SampleEvent, fullName: string): Record<string, string> {
  const isPull = event.name === 'pull_request';
  const ref = isPull ? `refs/pull/${event.number}/merge` : 'refs/heads/main';
  return {
    GITHUB_EVENT_NAME: event.name,
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_OWNER: fullName.split('/')[0] ?? '',
    GITHUB_RUN_ID: '9000000001',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTOR: event.actor,
    GITHUB_TRIGGERING_ACTOR: event.actor,
    GITHUB_SHA: '2'.repeat(40),
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads\/)?/, ''),
    GITHUB_JOB: 'agent',
    GITHUB_WORKFLOW: 'agent',
    GITHUB_WORKFLOW_REF: `${fullName}/.github/workflows/agent.yml@${ref}`,
    GITHUB_ACTION: '__self',
    GITHUB_RETENTION_DAYS: '90',
  };
}

/** A home of its own, and of this process only what programs need to run at all. */
function systemEnvironment(home: string): Record<string, string> {
  const needed = ['SystemRoot', 'ComSpec', 'PATHEXT', 'TMPDIR', 'TEMP', 'TMP', 'LANG'];
  const kept = needed.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const clean = folders.filter((folder) => !folder.includes('node_modules'));
  const path = [dirname(process.execPath), ...clean].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, HOME: home, USERPROFILE: home };
}
