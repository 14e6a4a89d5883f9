import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commentEvent } from '../../playground/events.ts';
import { GitHubState } from '../../playground/github/state.ts';
import { runAction, startAction, type ActionOptions } from '../../playground/runner.ts';

const ACTION = `
inputs:
  github-token: { default: '\${{ github.token }}' }
  timeout-minutes: { default: 30 }
  allow: { default: false }
  some thing: { description: without a default }
runs: { using: node24, main: main.js, post: post.js }
`;
const MAIN = `
import { appendFileSync, readFileSync } from 'node:fs';
const { env } = process;
appendFileSync(env.GITHUB_OUTPUT, 'env<<END\\n' + JSON.stringify(env) + '\\nEND\\n');
appendFileSync(env.GITHUB_OUTPUT, 'payload=' + readFileSync(env.GITHUB_EVENT_PATH, 'utf8') + '\\n');
appendFileSync(env.GITHUB_STATE, 'note=from main\\n');
appendFileSync(env.GITHUB_ENV, 'ADDED=yes\\n');
appendFileSync(env.GITHUB_STEP_SUMMARY, '# Done\\n');
console.log('main in ' + process.cwd());
console.log('token ' + env['INPUT_GITHUB-TOKEN']);
if (env.BROKEN) appendFileSync(env.GITHUB_OUTPUT, 'half<<END\\nof it');
if (env.WAIT) setInterval(() => {}, 1000);
if (env.CATCH) process.on('SIGINT', () => { console.log('caught'); process.exit(1); });
console.log('ready');
`;
const POST = `
import { appendFileSync } from 'node:fs';
const { STATE_note, ADDED, INPUT_ALLOW } = process.env;
console.log(['post', STATE_note, ADDED, INPUT_ALLOW].join(' '));
console.error('::error::post failed');
appendFileSync(process.env.GITHUB_OUTPUT, 'late=1\\n');
process.exitCode = 3;
`;

let actionPath: string;
let workspace: string;
let options: ActionOptions;

beforeAll(async () => {
  actionPath = await mkdtemp(join(tmpdir(), 'action-'));
  workspace = join(actionPath, 'workspace');
  await mkdir(workspace);
  const files = { 'action.yml': ACTION, 'main.js': MAIN, 'post.js': POST };
  const all = { ...files, 'package.json': '{"type":"module"}' };
  for (const [name, text] of Object.entries(all)) await writeFile(join(actionPath, name), text);
  const state = new GitHubState('acme/shop');
  const url = 'http://127.0.0.1:1';
  const github = { url, graphqlUrl: `${url}/graphql`, token: 'ghs_secret', state };
  options = { event: commentEvent(state), github, workspace, actionPath };
});

afterAll(async () => {
  await rm(actionPath, { recursive: true, force: true });
});

async function started(extra: Partial<ActionOptions>): ReturnType<typeof startAction> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onLine = (line: string): void => (line === 'ready' ? resolve() : undefined);
  const action = await startAction({ ...options, ...extra, onLine });
  await promise;
  return action;
}

describe('runAction', () => {
  test('main gets inputs, event and runner variables, and a clean home', async () => {
    process.env['LEAK'] = 'of the caller';
    const result = await runAction({ ...options, inputs: { 'some thing': 'x' }, skipPost: true });
    delete process.env['LEAK'];
    expect(result).toMatchObject({ exitCode: 0, signal: null, summary: '# Done\n' });
    const env = JSON.parse(result.outputs['env'] ?? '');
    expect(env).toMatchObject({
      'INPUT_GITHUB-TOKEN': 'ghs_secret',
      'INPUT_TIMEOUT-MINUTES': '30',
      INPUT_ALLOW: 'false',
      INPUT_SOME_THING: 'x',
      GITHUB_EVENT_NAME: 'issue_comment',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_API_URL: 'http://127.0.0.1:1',
      GITHUB_WORKSPACE: workspace,
      GITHUB_TRIGGERING_ACTOR: 'octocat',
      ...result.canaries,
    });
    expect(env).not.toHaveProperty('LEAK');
    expect(env).not.toHaveProperty('STATE_note');
    expect(env.HOME).not.toBe(process.env['HOME']);
    expect(JSON.parse(result.outputs['payload'] ?? '')).toEqual(options.event.payload);
    expect(result.log).toContain(`main in ${workspace}\ntoken ***\n`);
    expect(result.post).toBeUndefined();
  });

  test('post gets the state and the environment that main left', async () => {
    const result = await runAction(options);
    expect(result.post).toMatchObject({
      exitCode: 3,
      log: 'post from main yes false\nerror: post failed',
      annotations: [{ level: 'error', message: 'post failed' }],
      outputs: { late: '1' },
    });
  });

  test('a command file that was left half written is an error in the log', async () => {
    const result = await runAction({ ...options, env: { BROKEN: '1' } });
    expect(result).toMatchObject({ exitCode: 0, outputs: {}, state: { note: 'from main' } });
    expect(result.annotations).toMatchObject([{ level: 'error' }]);
    expect(result.post?.exitCode).toBe(3);
  });

  test('an input that action.yml does not know throws', async () => {
    await expect(runAction({ ...options, inputs: { tiemout: '1' } })).rejects.toThrow('tiemout');
  });
});

describe('startAction', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'main ends by %s, post runs',
    async (signal) => {
      await using action = await started({ env: { WAIT: '1' } });
      action.child.kill(signal);
      expect(await action.main).toMatchObject({ exitCode: null, signal });
      expect((await action.runPost()).log).toContain('post from main');
      expect(action.result().post).toMatchObject({ exitCode: 3 });
    },
  );

  test('main may do its own work on a signal', async () => {
    await using action = await started({ env: { WAIT: '1', CATCH: '1' } });
    action.child.kill('SIGINT');
    expect(await action.main).toMatchObject({ exitCode: 1, signal: null });
    expect(action.result().log).toMatch(/caught$/);
  });

  test('disposal ends what still runs', async () => {
    const action = await started({ env: { WAIT: '1' } });
    expect(() => action.result()).toThrow('main is still running');
    const closed = once(action.child, 'close');
    await action[Symbol.asyncDispose]();
    await closed;
    expect(action.child.signalCode).toBe('SIGKILL');
  });

  test('disposal has post tidy up after the main that it cut off, and after no other', async () => {
    for (const [env, isCutOff] of [[{ WAIT: '1' }, true] as const, [{}, false] as const]) {
      const ready = Promise.withResolvers<void>();
      const lines: string[] = [];
      const onLine = (line: string): void => {
        lines.push(line);
        if (line === 'ready') ready.resolve();
      };
      const action = await startAction({ ...options, env, onLine });
      await (isCutOff ? ready.promise : action.main);
      await action[Symbol.asyncDispose]();
      expect(lines.includes('post from main yes false')).toBe(isCutOff);
    }
  });
});
