import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Delays } from './delays.ts';
import type { Bounds } from './confine.ts';
import type { Options } from './options.ts';
import type { Report } from './report.ts';
import type { Listed, Roll } from './roll.ts';
import type { Route } from './routes.ts';
import type { Whereabouts } from './session-directory.ts';
import type { Slots } from './slots.ts';
import type { Token } from './tokens.ts';
import type { Upstream } from './upstream.ts';
import type { Workspaces } from './workspaces/store.ts';

/** What all requests share. */
export interface Setting {
  /** How long headers and whole requests may take is `headersMs` and `requestReadMs` by default. */
  limits: Pick<Options, 'maxBodyBytes'> & { headersMs?: number; requestReadMs?: number };
  routes: readonly Route[];
  bounds: Bounds;
  /** Undefined: there are none. */
  workspaces: Workspaces | undefined;
  /** Snapshots and patches that are being made. */
  jobs: number;
  /** Where a session works; asked only where there are roots. */
  whereabouts: (session: string, roots: readonly string[]) => Promise<Whereabouts>;
  /** Those that count now. */
  tokens: readonly Token[];
  upstream: Upstream;
  slots: Slots;
  delays: Delays;
  report: Report;
  /** Requests of those who are let in, while they last. */
  open: Roll<Exchange>;
  isDraining: boolean;
  /** Refusals that are being held back. */
  waiting: number;
  /** Whether OpenCode answers; asked at most once in `readyForMs`. */
  isReady: () => Promise<boolean>;
}

/** One request and its answer. */
export interface Exchange extends Listed {
  request: IncomingMessage;
  response: ServerResponse;
  /** `Expect: 100-continue`: the client sends its body when we say so. */
  waitsForContinue: boolean;
  startedAt: number;
  token: Token | undefined;
  /** Its template, for the log; the open endpoints' own path. */
  route: string | undefined;
  isStream: boolean;
  /** A snapshot: it may take its time, and sees to that itself. */
  isUpload: boolean;
  count: { bytesIn: number; bytesOut: number };
  /** Ends what is under way for it at OpenCode; called once it is closed. */
  stop: (() => void) | undefined;
}

/** How many event streams are open. */
export function countStreams({ open }: Setting): number {
  let streams = 0;
  for (const { isStream } of open) if (isStream) streams += 1;
  return streams;
}
