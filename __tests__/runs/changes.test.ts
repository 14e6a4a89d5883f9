import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent, dispatchEvent } from '../../playground/events.ts';
import { startGitHub } from '../../playground/github/emulator.ts';
import { runAction } from '../../playground/runner.ts';
import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bash, filesIn, filesOf, openRemote } from './remote.ts';
import { bodies, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

async function inputs(more: Record<string, string> = {}): Promise<Record<string, string>> {
  return { ...(await lab.local()), isolation: 'none', ...more };
}

const names = [
  'with space.txt',
  'say "hi".txt',
  'two\nlines.txt',
  'naïve سلام 👋.txt',
  '-rf',
  'back\\slash',
];

const all = [
  `printf '// agent\\n' >> src/greet.js`,
  `mv old.txt moved.txt && printf 'more\\n' >> moved.txt`,
  'rm gone.txt',
  `printf '\\000\\001\\377' > bytes.bin`,
  `printf '#!/bin/sh\\n' > run.sh && chmod +x run.sh`,
  'ln -s src/greet.js link',
  'mkdir -p odd ignored && printf no > ignored/file',
  ...names.map((name) => `printf '%s' "$(date +%s%N)" > './odd/${name}'`),
  'git config user.email a@b.c && git init -q nested && printf no > nested/file',
  `printf 'on: workflow_dispatch\\n' > .github/workflows/ci.yml`,
].join('\n');

describe('on an issue, what the agent changed', () => {
  test('becomes a branch and a pull request, to the byte, without what was there before', async () => {
    const remote = await openRemote(lab);
    const workspace = await remote.clone();
    await writeFile(join(workspace, 'README.md'), 'Changed by another step.\n');
    await writeFile(join(workspace, 'artifact.txt'), 'Made by another step.\n');
    lab.answer([bash(all), say('Greet `twice`, and more.\n\nIt does.')]);
    const run = await watch(lab, { github: remote, inputs: await inputs(), workspace });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);

    const { outputs, github, event } = run;
    const sha = outputs['commit-sha'] ?? '';
    const number = Number(outputs['pull-request-number']);
    const pull = github.state.issue(number);
    expect(outputs['branch']).toBe(`opencode/issue-${event.number}-the-greeting-is-misspelt`);
    expect(outputs['pull-request-url']).toBe(`${github.url}/octo-org/hello-world/pull/${number}`);
    expect(outputs['patch-path']).toBe('');
    expect(pull).toMatchObject({ title: 'Greet twice, and more', pull: { headSha: sha } });
    expect(pull.body).toMatch(new RegExp(`^Closes #${event.number}\n`));
    expect(remote.git('rev-parse', `${outputs['branch']}`, `${sha}^`)).toBe(
      `${sha}\n${remote.main}`,
    );
    expect(remote.git('log', '-1', '--format=%B', sha)).toMatch(
      /^Greet twice, and more\n\nRun: http\S+\nCo-authored-by: octocat <\d+\+octocat@users\.noreply\./,
    );

    const before = filesOf(remote, remote.main);
    const found = filesIn(workspace);
    for (const path of ['ignored/file', 'artifact.txt']) delete found[path];
    for (const path of Object.keys(found)) if (path.startsWith('nested/')) delete found[path];
    for (const path of ['README.md', '.github/workflows/ci.yml']) {
      expect(found[path]).not.toEqual(before[path]);
      found[path] = before[path] ?? { mode: '', content: '' };
    }
    expect(filesOf(remote, sha)).toEqual(found);
    expect(Object.keys(found)).toEqual(expect.arrayContaining(names.map((name) => `odd/${name}`)));

    const body = bodies(run);
    expect(body).toContain('**12 files changed** (');
    expect(body).toContain(
      `pull request [#${number}](${github.url}/octo-org/hello-world/pull/${number})`,
    );
    expect(body).toContain('| `old.txt` → `moved.txt` |');
    expect(body).toContain('| `gone.txt` (deleted) |');
    expect(body).toContain('| `bytes.bin` (new) | binary |');
    expect(body).toContain('Left out, for `protected-paths` names it: `.github/workflows/ci.yml`.');
    expect(body).toContain('starts no other workflow');
    expect(run.summary).toContain('**12 files changed** (');
    expect(lab.asked[0]?.messages.map(({ text }) => text).join('\n')).toContain(
      'becomes a branch and a pull request when you are done',
    );
  });

  test('goes on with the branch and the pull request that are open', async () => {
    const remote = await openRemote(lab);
    await using github = await startGitHub(remote);
    const issue = github.state.addIssue();
    const once = async (word: string) => {
      // The second finds what the first one made.
      const act = `ls src; printf '// ${word}\\n' >> src/one.js`;
      lab.answer([bash(act), say(`Say ${word}.`)]);
      const event = commentEvent(github.state, { number: issue.number });
      const workspace = await remote.clone();
      return await runAction({ event, github, inputs: await inputs(), workspace });
    };
    const first = await once('one');
    const second = await once('two');
    expect(github.violations).toEqual([]);
    const of = ({ outputs }: typeof first) => [outputs['branch'], outputs['pull-request-number']];
    expect(of(second)).toEqual(of(first));
    expect(of(first)[1]).toMatch(/^\d+$/);
    const sha = second.outputs['commit-sha'] ?? '';
    expect(remote.git('rev-parse', `${sha}^`)).toBe(first.outputs['commit-sha']);
    expect(filesOf(remote, sha)['src/one.js']?.content.toString()).toContain('// one\n// two\n');
    expect(lab.asked[0]?.prompt).toContain('what a former run on this issue changed is in it');
    const comments = [...github.state.comments.values()].map(({ body }) => body).join('\n');
    expect(comments).toContain(' on pull request [#');
  });

  test('is nothing: no branch, and no word of it', async () => {
    const remote = await openRemote(lab);
    const workspace = await remote.clone();
    lab.answer([bash('cat src/greet.js; touch src/greet.js'), say('It greets.')]);
    const run = await watch(lab, { github: remote, inputs: await inputs(), workspace });
    expectEnding(run, 'success', 'completed');
    expect(run.comments[0]?.body.startsWith('It greets.\n\n<details>')).toBe(true);
    expect(remote.git('for-each-ref', '--format=%(refname)', 'refs/heads/opencode')).toBe('');
    expect(run.outputs).toMatchObject({ 'commit-sha': '', branch: '', 'patch-path': '' });
  });
});

describe('by a dispatch', () => {
  test('becomes a branch and a pull request of its own', async () => {
    const remote = await openRemote(lab);
    const workspace = await remote.clone();
    lab.answer([bash(`printf 'new\\n' > new.txt`), say('Add a file.')]);
    const given = await inputs({ prompt: 'Add a file.' });
    const run = await watch(lab, {
      event: (state) => dispatchEvent(state),
      github: remote,
      inputs: given,
      workspace,
    });
    const { outputs, github, summary } = run;
    expect(outputs).toMatchObject({ outcome: 'success', branch: 'opencode/run-9000000001' });
    const pull = github.state.issue(Number(outputs['pull-request-number']));
    expect(pull.title).toBe('Add a file');
    expect(filesOf(remote, outputs['commit-sha'] ?? '')).toEqual(filesIn(workspace));
    expect(summary).toContain(`pull request [#${pull.number}](`);
  });

  test.each([
    ['patch', 'The patch is in'],
    ['none', ''],
  ])('`changes: %s` pushes nothing', async (changes, said) => {
    const remote = await openRemote(lab);
    const workspace = await remote.clone();
    lab.answer([bash(`printf 'new\\n' > new.txt`), say('Add a file.')]);
    const temp = await lab.folder();
    await using github = await startGitHub(remote);
    const event = dispatchEvent(github.state);
    const given = await inputs({ prompt: 'Add a file.', changes });
    const run = await runAction({ event, github, inputs: given, workspace, temp });
    expect(run.outputs).toMatchObject({ outcome: 'success', 'commit-sha': '', branch: '' });
    expect(remote.git('for-each-ref', '--format=%(refname)', 'refs/heads/opencode')).toBe('');
    expect(run.summary.includes('1 file changed')).toBe(said !== '');
    expect(run.summary).toContain(said);
    if (said === '') return expect(run.outputs['patch-path']).toBe('');
    const other = await remote.clone();
    execFileSync('git', ['-C', other, 'apply', '--3way', run.outputs['patch-path'] ?? '']);
    expect(filesIn(other)).toEqual(filesIn(workspace));
    return undefined;
  });
});
