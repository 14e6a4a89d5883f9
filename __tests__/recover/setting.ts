/** A run that was killed, as `post` finds it: GitHub, the step's environment, a journal. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jest } from '@jest/globals';

import { makeCommandFiles, stepEnvironment } from '../../playground/environment.ts';
import { commentEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import type { Comment } from '../../playground/github/records.ts';
import type { Entry } from '../../src/journal/entries.ts';
import { recover } from '../../src/recover.ts';
import { renderMarker, type RunIdentity } from '../../src/marker.ts';

export const ownLogin = 'github-actions[bot]';
export const label = 'agent: working';

/** A killed run and what came of it. */
export interface Setting extends AsyncDisposable {
  github: GitHubEmulator;
  identity: RunIdentity;
  /** The comment that asked. */
  asked: Comment;
  temp: string;
  /** Where the journal is to be. */
  path: string;
  /** The entries that every journal begins with: run, signs. */
  begun: Entry[];
  /** Writes the journal. */
  journal(entries: readonly Entry[]): Promise<void>;
  /** Puts a comment of ours on the thread, as the killed run did. */
  post(purpose: string, body: string): Comment;
  /** What `post` does where the state names that path; returns what it logged. */
  recover(path?: string): Promise<string>;
  /** What it has put into its step summary. */
  summary(): Promise<string>;
  /** Our comments, oldest first, without their markers. */
  bodies(): string[];
  /** Everything that was asked to be changed on GitHub. */
  writes(): string[];
}

/** A run on an issue, or on a pull request, killed with its label and `eyes` on the thread. */
export async function openSetting(
  inputs: Record<string, string> = {},
  kind: 'issue' | 'pull' = 'issue',
  body?: string,
): Promise<Setting> {
  const temp = await mkdtemp(join(tmpdir(), 'recover-'));
  const github = await startGitHub();
  const { state } = github;
  const on = kind === 'pull' ? { number: state.addPull().number } : {};
  const event = commentEvent(state, { ...on, ...(body !== undefined && { body }) });
  const asked = [...state.comments.values()][0];
  if (asked === undefined) throw new Error('Nobody asked.');
  const reaction = { id: state.nextId(), content: 'eyes', login: ownLogin, createdAt: '' };
  asked.reactions.push({ ...reaction, createdAt: asked.createdAt });
  state.issue(event.number).labels.push(label);
  const identity = { runId: '9000000001', attempt: 1, invocationId: randomUUID() };
  const path = join(temp, `mention-loop-${identity.invocationId}.jsonl`);
  const actionPath = join(import.meta.dirname, '../..');
  const job = { event, github, inputs, actionPath, workspace: temp, temp, env: {} };
  const files = makeCommandFiles(temp);
  const env = stepEnvironment(job, files);
  const ours = () => [...state.comments.values()].filter(({ author }) => author === ownLogin);
  const run: Entry = {
    type: 'run',
    identity,
    target: {
      repository: { owner: state.owner, name: state.name },
      thread: { kind, number: event.number },
      comment: { kind: 'issue', id: asked.id },
    },
    label,
    reply: 'comment',
    eventName: 'issue_comment',
    runUrl: 'https://github.example/run',
    startedAt: Date.now(),
  };
  const signs = { reactionId: reaction.id, mayHaveReaction: true, label };
  return {
    github,
    identity,
    asked,
    temp,
    path,
    begun: [run, { type: 'acknowledged', acknowledgement: signs }],
    journal: (entries) =>
      writeFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    post: (purpose, body) => {
      const text = `${body}\n\n${renderMarker(identity, purpose)}`;
      return state.addComment(event.number, { author: ownLogin, body: text });
    },
    recover: (named = path) => recoverIn(env, named, files.summary),
    summary: () => readFile(files.summary, 'utf8'),
    bodies: () => ours().map(({ body }) => body.replace(/\n\n<!--.*$/s, '')),
    writes: () =>
      github.requests
        .filter((request) => request.method !== 'GET' && request.path !== '/graphql')
        .map(({ method, path: at, status }) => `${method} ${at} ${status}`),
    async [Symbol.asyncDispose]() {
      await github[Symbol.asyncDispose]();
      await rm(temp, { recursive: true, force: true });
    },
  };
}

/** State and summary are what `outputs.ts` reads of this process's own environment. */
async function recoverIn(
  env: Record<string, string>,
  path: string,
  summary: string,
): Promise<string> {
  const before = { ...process.env };
  const lines: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  Object.assign(process.env, { STATE_journal: path, GITHUB_STEP_SUMMARY: summary });
  try {
    await recover(env);
  } finally {
    spy.mockRestore();
    for (const name of ['STATE_journal', 'GITHUB_STEP_SUMMARY']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
  return lines.join('');
}
