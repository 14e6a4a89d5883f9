import { describe, expect, test } from '@jest/globals';

import { besideProxy, lendConfig } from '../../src/relay/lend.ts';
import { planRelay } from '../../src/relay/plan.ts';

const compatible = '@ai-sdk/openai-compatible';
const baseURL = 'https://llm.example.com/v1';

/** What is planned, each provider as `id key -> address`. */
function plan(
  provider: Record<string, unknown>,
  env: Record<string, string> = {},
  agentEnv: string[] = [],
): { relayed: string[]; withheld: string[]; left: string[] } {
  const { providers, withheld, left } = planRelay({ provider }, env, agentEnv);
  const relayed = providers.map(({ id, key, upstream }) => `${id} ${key} -> ${upstream.href}`);
  return { relayed, withheld, left };
}

describe('the relay takes the key', () => {
  test.each([
    ['ANTHROPIC_API_KEY', 'anthropic k -> https://api.anthropic.com/v1'],
    ['OPENAI_API_KEY', 'openai k -> https://api.openai.com/v1'],
    [
      'GOOGLE_GENERATIVE_AI_API_KEY',
      'google k -> https://generativelanguage.googleapis.com/v1beta',
    ],
    ['GEMINI_API_KEY', 'google k -> https://generativelanguage.googleapis.com/v1beta'],
    ['GOOGLE_API_KEY', 'google k -> https://generativelanguage.googleapis.com/v1beta'],
    ['OPENROUTER_API_KEY', 'openrouter k -> https://openrouter.ai/api/v1'],
  ])('in %s', (name, relayed) => {
    expect(plan({}, { [name]: 'k' })).toEqual({ relayed: [relayed], withheld: [name], left: [] });
  });

  test.each([
    ['ANTHROPIC', baseURL, `anthropic k -> ${baseURL}`],
    ['OPENAI', baseURL, `openai k -> ${baseURL}`],
    ['OPENAI', '', 'openai k -> https://api.openai.com/v1'],
    ['ANTHROPIC', 'https://api.anthropic.com/', 'anthropic k -> https://api.anthropic.com/v1'],
  ])('to the address that the variable %s_BASE_URL names: "%s"', (name, address, relayed) => {
    const env = { [`${name}_API_KEY`]: 'k', [`${name}_BASE_URL`]: address };
    expect(plan({}, env).relayed).toEqual([relayed]);
  });

  test('in every variable that holds one of the same provider', () => {
    const env = { GEMINI_API_KEY: 'second', GOOGLE_GENERATIVE_AI_API_KEY: 'first' };
    const { relayed, withheld } = plan({}, env);
    expect(relayed[0]).toMatch(/^google first /);
    expect(withheld.toSorted()).toEqual(Object.keys(env).toSorted());
  });

  test.each([
    ['to the address that the input names', { openai: { options: { baseURL } } }],
    ['of an SDK that we know', { mine: { npm: compatible, options: { baseURL, apiKey: 'k' } } }],
    ['of a provider with an address and no SDK', { mine: { options: { baseURL, apiKey: 'k' } } }],
    ['that a variable holds', { mine: { options: { baseURL, apiKey: '{env:OPENAI_API_KEY}' } } }],
    ['of a variable that the provider names', { mine: { env: ['OPENAI_API_KEY'], api: baseURL } }],
  ])('%s', (_what, provider) => {
    const { relayed, withheld, left } = plan(provider, { OPENAI_API_KEY: 'k' });
    expect(relayed).toContain(`${Object.keys(provider)[0]} k -> ${baseURL}`);
    expect(withheld).toContain('OPENAI_API_KEY');
    expect(left).toEqual([]);
  });

  test('and the headers and parameters beside it, with what their variables hold', () => {
    const options = {
      baseURL,
      apiKey: 'k',
      headers: { authorization: 'Basic {env:SHARED}', 'X-Team': 'blue' },
      queryParams: { secret: '{env:SHARED}' },
    };
    const config = { provider: { mine: { npm: compatible, options } } };
    const { providers, withheld } = planRelay(config, { SHARED: 's' }, []);
    expect(providers[0]).toMatchObject({
      headers: { authorization: 'Basic s', 'X-Team': 'blue' },
      query: { secret: 's' },
    });
    expect(withheld).toEqual(['SHARED', 'SHARED']);
    const lent = lendConfig(config, providers, { url: 'http://127.0.0.1:1', password: 'p' });
    expect(lent).toEqual({
      provider: {
        mine: { npm: compatible, options: { baseURL: 'http://127.0.0.1:1/mine', apiKey: 'p' } },
      },
    });
  });
});

describe('the relay leaves the key', () => {
  test.each<[string, Record<string, unknown>]>([
    ['that lies in a file', { mine: { options: { baseURL, apiKey: '{file:~/key}' } } }],
    ['of another SDK', { mine: { npm: '@ai-sdk/azure', options: { baseURL, apiKey: 'k' } } }],
    ['without an address', { mine: { npm: compatible, options: { apiKey: 'k' } } }],
    [
      'with a password in its address',
      { mine: { options: { baseURL: 'https://a:b@c/', apiKey: 'k' } } },
    ],
    [
      'with an open end in its address',
      { mine: { options: { baseURL: 'https://${HOST}/', apiKey: 'k' } } },
    ],
    [
      'of an entry in another form',
      { mine: { options: { baseURL, apiKey: 'k', headers: { a: 1 } } } },
    ],
  ])('%s, and says so', (_what, provider) => {
    expect(plan(provider)).toEqual({ relayed: [], withheld: [], left: ['mine'] });
  });

  test('that the agent is to have by `agent-env`, and says so', () => {
    const env = { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' };
    const { relayed, withheld, left } = plan({}, env, ['OPENAI_API_KEY']);
    expect(relayed).toEqual(['anthropic k -> https://api.anthropic.com/v1']);
    expect(withheld).toEqual(['ANTHROPIC_API_KEY']);
    expect(left).toEqual(['openai']);
  });

  test('where there is none', () => {
    const provider = { mine: { npm: compatible, options: { baseURL, apiKey: '{env:UNSET}' } } };
    expect(plan(provider, { OPENAI_API_KEY: '' })).toEqual({ relayed: [], withheld: [], left: [] });
  });
});

describe('the configuration', () => {
  test('keeps all that is no key', () => {
    const options = { baseURL, apiKey: 'k', timeout: 5 };
    const models = { big: { name: 'Big' } };
    const config = { model: 'mine/big', provider: { mine: { options, models }, other: { x: 1 } } };
    const { providers } = planRelay(config, {}, []);
    expect(lendConfig(config, providers, { url: 'http://r', password: 'p' })).toEqual({
      model: 'mine/big',
      provider: {
        mine: { options: { baseURL: 'http://r/mine', apiKey: 'p', timeout: 5 }, models },
        other: { x: 1 },
      },
    });
  });

  test('is as it was where no key was taken', () => {
    expect(lendConfig({ a: 1 }, [], { url: 'http://r', password: 'p' })).toEqual({ a: 1 });
  });
});

describe('a proxy', () => {
  test.each([
    [{ HTTP_PROXY: 'http://p' }, '127.0.0.1'],
    [{ http_proxy: 'http://p', NO_PROXY: 'a.example' }, 'a.example,127.0.0.1'],
    [{ ALL_PROXY: 'http://p', no_proxy: 'a', NO_PROXY: 'b' }, 'a,b,127.0.0.1'],
  ])('of %j is not asked for the relay', (env, hosts) => {
    expect(besideProxy(env)).toEqual({ ...env, no_proxy: hosts, NO_PROXY: hosts });
  });

  test('that is not there changes nothing', () => {
    expect(besideProxy({ HTTPS_PROXY: 'http://p' })).toEqual({ HTTPS_PROXY: 'http://p' });
  });
});
