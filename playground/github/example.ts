import { createRequire } from 'node:module';

/** Any JSON object. */
export type Fields = Record<string, unknown>;

interface Definition {
  name: string;
  examples: Fields[];
}

const definitions: Definition[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

/**
 * A copy of one of GitHub's own example payloads (`@octokit/webhooks-examples`): the `index`th of
 * an event. Throws where there is none.
 */
export function examplePayload(event: string, index: number): Fields {
  const example = definitions.find(({ name }) => name === event)?.examples[index];
  if (example === undefined) throw new Error(`There is no example ${index} of ${event}.`);
  return structuredClone(example);
}

/** The same JSON with every text in it replaced, longest first in the order given. */
export function rewritten<T>(value: T, replacements: readonly (readonly [string, string])[]): T {
  let text = JSON.stringify(value);
  for (const [from, to] of replacements)
    text = text.replaceAll(from, JSON.stringify(to).slice(1, -1));
  return JSON.parse(text) as T;
}

/** A part of an example that is an object. */
export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new Error('The example has no such part.');
  return value as Fields;
}
