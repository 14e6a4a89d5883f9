import { describe, expect, test } from '@jest/globals';

import { anthropic, type Api, google, isCall, openai } from '../../src/relay/api.ts';

const apis: Record<string, Api> = { anthropic, openai, google };

function allows(api: string, method: string, target: string): boolean {
  const [path = '', query] = target.split('?');
  return isCall([apis[api] as Api], method, path, query);
}

describe('the model API', () => {
  test.each([
    ['anthropic', 'POST', '/messages'],
    ['anthropic', 'POST', '/messages?beta=true'],
    ['anthropic', 'POST', '/messages/count_tokens'],
    ['anthropic', 'GET', '/models'],
    ['anthropic', 'GET', '/models?limit=100&after_id=claude-1'],
    ['openai', 'POST', '/chat/completions'],
    ['openai', 'POST', '/responses'],
    ['openai', 'POST', '/completions'],
    ['openai', 'GET', '/models'],
    ['google', 'POST', '/models/gemini-2.5-pro:generateContent'],
    ['google', 'POST', '/models/gemini-2.5-pro:streamGenerateContent?alt=sse'],
    ['google', 'POST', '/models/gemini-2.5-pro:countTokens'],
    ['google', 'GET', '/models'],
    ['google', 'GET', '/models?pageSize=50&pageToken=Ab_c-1%3D='],
    ['google', 'GET', '/models/gemini-2.5-pro'],
  ])('of %s has %s %s', (api, method, target) => {
    expect(allows(api, method, target)).toBe(true);
  });

  test.each([
    ['anthropic', 'GET', '/messages'],
    ['anthropic', 'DELETE', '/messages'],
    ['anthropic', 'POST', '/messages/batches'],
    ['anthropic', 'GET', '/files'],
    ['anthropic', 'GET', '/organizations/api_keys'],
    ['anthropic', 'POST', '/chat/completions'],
    ['anthropic', 'POST', '/messages/'],
    ['anthropic', 'POST', '//messages'],
    ['anthropic', 'POST', '/messages/../organizations'],
    ['anthropic', 'POST', '/messages%2fcount_tokens'],
    ['anthropic', 'POST', '/%6dessages'],
    ['anthropic', 'POST', '/messages;x=1'],
    ['anthropic', 'POST', '/Messages'],
    ['anthropic', 'POST', '/messages\\..'],
    ['anthropic', 'POST', '/messages\n'],
    ['openai', 'GET', '/files'],
    ['openai', 'POST', '/files'],
    ['openai', 'GET', '/responses'],
    ['openai', 'GET', '/responses/resp_1'],
    ['openai', 'POST', '/fine_tuning/jobs'],
    ['openai', 'POST', '/embeddings'],
    ['openai', 'DELETE', '/models/ft-1'],
    ['openai', 'POST', '/chat/completions?key=1'],
    ['openai', 'post', '/chat/completions'],
    ['google', 'POST', '/models/gemini:batchGenerateContent'],
    ['google', 'POST', '/models/..:generateContent'],
    ['google', 'POST', '/models/../files:generateContent'],
    ['google', 'POST', '/models/a%2f..%2ffiles:generateContent'],
    ['google', 'POST', '/models/gemini:generateContent?key=AIza'],
    ['google', 'POST', '/models/gemini:generateContent?alt=sse&key=AIza'],
    ['google', 'POST', '/models/gemini:generateContent?alt=sse&%6bey=AIza'],
    ['google', 'POST', '/models/gemini:generateContent?'],
    ['google', 'GET', '/files'],
    ['google', 'POST', '/cachedContents'],
  ])('of %s has no %s %s', (api, method, target) => {
    expect(allows(api, method, target)).toBe(false);
  });
});
