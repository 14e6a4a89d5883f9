import { describe, expect, test } from '@jest/globals';

import { type Offer, choose } from '../../src/opencode/choose.ts';

function agent(name: string, mode: string, more: Partial<Offer['agents'][number]> = {}) {
  return { name, mode, hidden: false, permission: [], ...more };
}

const offer: Offer = {
  agents: [
    agent('build', 'primary'),
    agent('plan', 'primary', { model: { providerID: 'acme', modelID: 'small/1' } }),
    agent('helper', 'all'),
    agent('explore', 'subagent'),
    agent('title', 'primary', { hidden: true }),
  ],
  providers: [
    {
      id: 'acme',
      models: { large: { variants: { high: {}, low: {} } }, 'small/1': { variants: {} } },
    },
    { id: 'opencode', models: { 'big-pickle': { variants: {} } } },
  ],
  config: { model: 'acme/large' },
};
const nothing = { model: undefined, agent: undefined, variant: undefined, isLocal: true };

describe('choosing agent, model and variant', () => {
  test("takes OpenCode's own where nothing is asked for", () => {
    const expected = { agent: 'build', model: { provider: 'acme', model: 'large' } };
    expect(choose(offer, nothing)).toMatchObject(expected);
  });

  test("takes the agent's own model before the general one", () => {
    expect(choose(offer, { ...nothing, agent: 'plan' }).model).toEqual({
      provider: 'acme',
      model: 'small/1',
    });
    const named = { provider: 'acme', model: 'large' };
    expect(choose(offer, { ...nothing, agent: 'plan', model: named }).model).toBe(named);
  });

  test('takes the configured default agent, else the first that may lead', () => {
    const own = { ...offer, config: { ...offer.config, default_agent: 'helper' } };
    expect(choose(own, nothing).agent).toBe('helper');
    const [, ...others] = offer.agents;
    expect(choose({ ...offer, agents: others }, nothing).agent).toBe('plan');
  });

  test.each([
    ['bild', 'OpenCode has no agent `bild`. Did you mean `build`?'],
    ['title', 'OpenCode has no agent `title`. There is `build`, `plan`, `helper`.'],
    [
      'explore',
      'The agent `explore` is a sub-agent and cannot lead a session. There is `build`, `plan`, `helper`.',
    ],
  ])('refuses the agent %s by name', (name, sentence) => {
    expect(() => choose(offer, { ...nothing, agent: name })).toThrow(
      expect.objectContaining({ reason: 'unknown-agent', sentence }),
    );
  });

  test.each([
    ['acme', 'larg', 'Did you mean `acme/large`?'],
    ['nobody', 'x', "Is the key of `nobody` in the step's `env`"],
  ])('refuses the model %s/%s by name', (provider, model, hint) => {
    expect(() => choose(offer, { ...nothing, model: { provider, model } })).toThrow(
      expect.objectContaining({ reason: 'unknown-model', hint: expect.stringContaining(hint) }),
    );
  });

  test('refuses a model that the configuration names wrongly', () => {
    expect(() => choose({ ...offer, config: { model: 'acme/none' } }, nothing)).toThrow(
      expect.objectContaining({ reason: 'unknown-model' }),
    );
  });

  test('refuses to fall back on a model that others host', () => {
    expect(() => choose({ ...offer, config: {} }, nothing)).toThrow(
      expect.objectContaining({
        reason: 'invalid-input',
        hint: expect.stringContaining('`model`'),
      }),
    );
    const named = { provider: 'opencode', model: 'big-pickle' };
    expect(choose({ ...offer, config: {} }, { ...nothing, model: named }).model).toBe(named);
  });

  test('refuses an unknown variant by name', () => {
    expect(choose(offer, { ...nothing, variant: 'high' }).variant).toBe('high');
    expect(() => choose(offer, { ...nothing, variant: 'hihg' })).toThrow(
      expect.objectContaining({ reason: 'invalid-input', hint: 'Did you mean `high`?' }),
    );
    expect(() => choose(offer, { ...nothing, agent: 'plan', variant: 'high' })).toThrow(
      expect.objectContaining({ hint: 'It has none at all: leave `variant` empty.' }),
    );
  });
});
