import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { matchRoute, ownRoutes, readRoute } from '../../src/serve/routes.ts';
import { readTarget } from '../../src/serve/target.ts';

function route(method: string, url: string): string | undefined {
  const target = readTarget(url);
  return target && matchRoute(ownRoutes, method, target)?.template;
}

describe('what a run needs passes', () => {
  test.each([
    ['GET', '/global/health', '/global/health'],
    ['POST', '/session?directory=%2Fwork', '/session'],
    ['GET', '/session/ses_1', '/session/:session'],
    ['PATCH', '/session/ses_1', '/session/:session'],
    ['GET', '/session/status', '/session/status'],
    ['GET', '/session/ses_1/message/msg_1', '/session/:session/message/:message'],
    ['POST', '/session/ses_1/prompt_async', '/session/:session/prompt_async'],
    ['POST', '/session/ses_1/abort', '/session/:session/abort'],
    ['POST', '/permission/per_1/reply', '/permission/:permission/reply'],
    ['POST', '/question/que_1/reject', '/question/:question/reject'],
    ['GET', '/event', '/event'],
    ['GET', '/file/content?path=a%2Fb', '/file/content'],
    ['GET', '/sessio%6e', '/session'],
  ])('%s %s', (method, url, template) => {
    expect(route(method, url)).toBe(template);
  });

  test('every route that the action’s own code asks for', () => {
    const folder = join(import.meta.dirname, '../../src/opencode');
    const calls = readdirSync(folder).flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const found = text.matchAll(
        /['`](\/(?:session|permission|question|global|event|file|agent|config)[^'`\s]*)['`]/g,
      );
      return [...found].map(([, path = '']) => path.replaceAll(/\$\{\w+\}/g, 'x_1'));
    });
    expect(calls.length).toBeGreaterThan(14);
    const isKnown = (path: string): boolean =>
      ['GET', 'POST'].some((method) => route(method, path) !== undefined);
    // A share link publishes the conversation: only a run's own server is asked for one.
    expect(calls.filter((path) => !isKnown(path))).toEqual(['/session/x_1/share']);
  });
});

describe('what a run does not need is refused', () => {
  test.each([
    ['POST', '/session/ses_1/shell'],
    ['POST', '/session/ses_1/command'],
    ['POST', '/session/ses_1/share'],
    ['DELETE', '/session/ses_1'],
    ['PATCH', '/config'],
    ['PATCH', '/global/config'],
    ['PUT', '/auth/openai'],
    ['POST', '/global/upgrade'],
    ['POST', '/global/dispose'],
    ['POST', '/instance/dispose'],
    ['GET', '/global/event'],
    ['POST', '/pty'],
    ['GET', '/pty/pty_1/connect'],
    ['POST', '/tui/submit-prompt'],
    ['POST', '/mcp'],
    ['POST', '/vcs/apply'],
    ['GET', '/api/session'],
    ['GET', '/doc'],
    ['HEAD', '/session'],
    ['OPTIONS', '/session'],
    ['TRACE', '/session'],
    ['get', '/session'],
    ['GET', '/Session'],
    ['GET', '/session/ses_1/unknown'],
  ])('%s %s', (method, url) => {
    expect(route(method, url)).toBeUndefined();
  });
});

describe('a path cannot be written around the list', () => {
  test.each([
    ['dots', '/session/../doc'],
    ['encoded dots', '/session/%2e%2e/doc'],
    ['half-encoded dots', '/session/.%2E/doc'],
    ['one dot', '/./session'],
    ['two slashes', '//session'],
    ['a slash at the end', '/session/'],
    ['an encoded slash', '/session%2fses_1'],
    ['an encoded slash in an id', '/session/ses_1%2Fshell'],
    ['an encoded backslash', '/session/ses_1%5cshell'],
    ['a backslash', '/session\\ses_1'],
    ['a double encoding', '/session/%252e%252e'],
    ['a parameter', '/session;a=b'],
    ['an encoded NUL', '/session%00'],
    ['an encoded line end', '/session%0d%0a'],
    ['an encoded space', '/session%20'],
    ['an encoded question mark', '/session/ses_1%3f'],
    ['a fragment', '/session#x'],
    ['a malformed escape', '/session/%'],
    ['half an escape', '/session/%e'],
    ['an escape of no digits', '/session/%zz'],
    ['an escape that is no UTF-8', '/session/%ff'],
    ['a letter beyond ASCII', '/session/%C3%A9'],
    ['an overlong slash', '/session%c0%af'],
    ['an absolute address', 'http://other/session'],
    ['an authority', 'other:80'],
    ['an asterisk', '*'],
    ['nothing', '/'],
    ['a long part', `/session/${'a'.repeat(201)}`],
    ['a long query', `/session?${'a'.repeat(8_200)}`],
  ])('%s', (_what, url) => {
    expect(readTarget(url)).toBeUndefined();
  });
});

describe('--allow', () => {
  test.each([
    ['DELETE:/session/:id', 'DELETE', '/session/ses_1'],
    ['DELETE:/session/{id}', 'DELETE', '/session/ses_1'],
    ['GET:/doc', 'GET', '/doc'],
  ])('%s adds %s %s', (text, method, url) => {
    const added = readRoute(text);
    const target = readTarget(url);
    if (added === undefined || target === undefined) throw new Error('unusable');
    expect(matchRoute([...ownRoutes, added], method, target)).toBe(added);
    expect(matchRoute(ownRoutes, method, target)).toBeUndefined();
  });

  test.each(['GET', '/doc', 'get:/doc', 'GET:doc', 'GET:/', 'GET:/a/../b', 'GET:/a b', 'GET:/a?b'])(
    '%s is no route',
    (text) => {
      expect(readRoute(text)).toBeUndefined();
    },
  );
});
