/** A run that died with its lock, and the one that has taken it over and now tidies up. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { commentEvent, type SampleEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import type { Comment } from '../../playground/github/records.ts';
import type { Desk } from '../../src/desk.ts';
import * as inputs from '../../src/inputs.ts';
import type { LockRecord } from '../../src/lock/record.ts';
import { renderMarker } from '../../src/marker.ts';
import { tidyUp } from '../../src/tidy.ts';
import { label, logged, openDeskFor } from '../desk.ts';
import { type Fake, sendJson, startFake } from '../opencode/fake.ts';

export const ownLogin = 'github-actions[bot]';

/** What is there before the new run tidies up. */
export interface Setting extends AsyncDisposable {
  github: GitHubEmulator;
  /** OpenCode as the new run is attached to it. */
  server: Fake;
  /** What the dead run's lock said. */
  dead: LockRecord;
  /** The comment that had asked the dead run. */
  asked: Comment;
  /** Puts a comment of the dead run on its thread. */
  post(purpose: string, body: string): Comment;
  /** Tidies up after what the record says; returns what was logged. */
  tidy(changes?: Partial<LockRecord>): Promise<string>;
  /** Whether the place was clear of the dead run after that. */
  isClear(): boolean | undefined;
  /** Our comments on the dead run's thread, without their markers. */
  bodies(): string[];
  signs(): { reactions: string[]; labels: string[] };
  /** Everything that was asked to be changed on GitHub. */
  writes(): string[];
}

/** A session that writes its text down when it is told to stop; one that does not hear is never done. */
async function startServer(text: string, isDeaf: boolean): Promise<Fake> {
  let isAborted = false;
  const ids = { messageID: 'm1', sessionID: 'ses_dead' };
  const info = { id: 'm1', sessionID: 'ses_dead', role: 'assistant' };
  return await startFake(({ method, url }, response) => {
    if (url.startsWith('/session/ses_dead/abort')) isAborted = !isDeaf;
    if (method === 'POST') return sendJson(response, true);
    if (url.startsWith('/session/status'))
      return sendJson(response, isDeaf ? { ses_dead: { type: 'busy' } } : {});
    if (!url.startsWith('/session/ses_dead/message')) return sendJson(response, []);
    const time = { created: 1, ...(isAborted && { completed: 2 }) };
    const parts = isAborted ? [{ id: 'p1', ...ids, type: 'text', text }] : [];
    return sendJson(response, [{ info: { ...info, time }, parts }]);
  });
}

/** How a setting differs. */
export interface Changes {
  /** What the dead session had written. */
  text?: string;
  /** The session does not hear that it should stop. */
  isDeaf?: boolean;
  /** The dead run was on a pull request. */
  isOnPull?: boolean;
  inputs?: Record<string, string>;
  /** The new run is about the dead run's own comment, or another on its thread. */
  on?: 'its comment' | 'its thread';
}

/** A dead run on one issue, and a new one on another. */
export async function openSetting(changes: Changes = {}): Promise<Setting> {
  const temp = await mkdtemp(join(tmpdir(), 'tidy-'));
  const github = await startGitHub();
  const server = await startServer(changes.text ?? 'It greets', changes.isDeaf === true);
  const { state } = github;
  const kind = changes.isOnPull === true ? 'pull' : 'issue';
  const before = commentEvent(state, kind === 'pull' ? { number: state.addPull().number } : {});
  const asked = [...state.comments.values()].at(-1);
  if (asked === undefined) throw new Error('Nobody asked.');
  const { id, createdAt } = asked;
  asked.reactions.push({ id: state.nextId(), content: 'eyes', login: ownLogin, createdAt });
  state.issue(before.number).labels.push(label);
  const owner = { runId: '8000000001', attempt: 1, invocationId: randomUUID() };
  const dead: LockRecord = {
    format: 1,
    state: 'held',
    owner,
    repository: state.fullName,
    runUrl: `${github.url}/${state.fullName}/actions/runs/8000000001/attempts/1`,
    thread: { kind, number: before.number },
    comment: { kind: 'issue', id },
    server: { url: server.address.url, directory: '/repo' },
    session: 'ses_dead',
    since: new Date(Date.now() - 60_000).toISOString(),
    renewed: new Date().toISOString(),
    leaseMs: 300_000,
  };
  const event = eventOf(github, before, changes.on);
  const attached = {
    'server-url': server.address.url,
    'server-token': 'a-token-of-ours',
    'server-directory': '/repo',
  };
  const desk = await openDeskFor({
    github,
    event,
    temp,
    inputs: { ...attached, ...changes.inputs },
  });
  let isClear: boolean | undefined;
  return {
    github,
    server,
    dead,
    asked,
    post: (purpose, body) => {
      const text = `${body}\n\n${renderMarker(owner, purpose)}`;
      return state.addComment(before.number, { author: ownLogin, body: text });
    },
    tidy: (other = {}) =>
      logged(async () => {
        isClear = await tidy(desk, { ...dead, ...other });
      }),
    isClear: () => isClear,
    bodies: () =>
      [...state.comments.values()]
        .filter(({ author, number }) => author === ownLogin && number === before.number)
        .map(({ body }) => body.replace(/\n\n<!--.*$/s, '')),
    signs: () => ({
      reactions: asked.reactions.map(({ content }) => content),
      labels: state.issue(before.number).labels,
    }),
    writes: () =>
      github.requests
        .filter((request) => request.method !== 'GET' && request.path !== '/graphql')
        .map(({ method, path, status }) => `${method} ${path} ${status}`),
    async [Symbol.asyncDispose]() {
      await desk.journal[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await github[Symbol.asyncDispose]();
      await rm(temp, { recursive: true, force: true });
    },
  };
}

function eventOf({ state }: GitHubEmulator, before: SampleEvent, on: Changes['on']): SampleEvent {
  if (on === 'its comment') return before;
  return commentEvent(state, on === undefined ? {} : { number: before.number });
}

async function tidy(desk: Desk, dead: LockRecord): Promise<boolean> {
  const wanted = inputs.readInputs(desk.context.env);
  return await tidyUp(desk, wanted, dead, new AbortController().signal);
}
