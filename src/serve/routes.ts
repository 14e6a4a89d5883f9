import type { Target } from './target.ts';

/** One thing that may be asked for: a method, and a path whose `:name` parts stand for anything. */
export interface Route {
  method: string;
  /** As it is written in the log and the counters. */
  template: string;
  segments: readonly string[];
  /** What must be known of the body before it is passed on: a prompt, or a new session. */
  body: 'prompt' | 'session' | undefined;
}

/**
 * What a run needs of OpenCode 1.18 (its `/doc` lists all there is), and nothing that writes
 * configuration or credentials, opens a terminal, runs a command by itself, publishes a session, or
 * stops the server. `/global/event` tells of every directory, so it is not among them.
 */
const allowed = `
  GET /global/health
  GET /event
  GET /path
  GET /vcs
  GET /vcs/status
  GET /vcs/diff
  GET /vcs/diff/raw
  GET /file
  GET /file/content
  GET /file/status
  GET /find
  GET /find/file
  GET /find/symbol
  GET /config
  GET /config/providers
  GET /provider
  GET /agent
  GET /session
  POST /session
  GET /session/status
  GET /session/:session
  PATCH /session/:session
  GET /session/:session/children
  GET /session/:session/todo
  GET /session/:session/diff
  GET /session/:session/message
  POST /session/:session/message
  GET /session/:session/message/:message
  POST /session/:session/prompt_async
  POST /session/:session/abort
  POST /session/:session/permissions/:permission
  GET /permission
  POST /permission/:permission/reply
  GET /question
  POST /question/:question/reply
  POST /question/:question/reject
`;

/** The routes that pass whatever the flags say. */
export const ownRoutes: readonly Route[] = allowed
  .trim()
  .split('\n')
  .map((line) => {
    const [method = '', template = ''] = line.trim().split(' ');
    return toRoute(method, template);
  });

/** A route of `--allow`, `METHOD:PATH`; undefined where it is none. */
export function readRoute(text: string): Route | undefined {
  const match = /^([A-Z]+):((?:\/(?:[\w.~@+-]+|:\w+|\{\w+\}))+)$/.exec(text);
  const [, method, path] = match ?? [];
  if (method === undefined || path === undefined || /\/\.+(\/|$)/.test(path)) return undefined;
  return toRoute(method, path.replaceAll(/\{(\w+)\}/g, ':$1'));
}

/** The route that a request takes: literal parts count before `:name`, letter case counts. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  { segments }: Target,
): Route | undefined {
  let found: Route | undefined;
  for (const route of routes) {
    if (!fits(route, method, segments)) continue;
    if (!route.template.includes(':')) return route;
    found ??= route;
  }
  return found;
}

function fits(route: Route, method: string, segments: readonly string[]): boolean {
  return (
    route.method === method &&
    route.segments.length === segments.length &&
    route.segments.every((each, index) => each.startsWith(':') || each === segments[index])
  );
}

function toRoute(method: string, template: string): Route {
  const isPrompt = /^\/session\/:\w+\/(message|prompt_async)$/.test(template) && method === 'POST';
  const isSession = template === '/session' && method === 'POST';
  const body = isPrompt ? 'prompt' : isSession ? 'session' : undefined;
  return { method, template, segments: template.slice(1).split('/'), body };
}
