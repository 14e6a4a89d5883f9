import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { registerLogger, validate } from '@actions/languageservice';
import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const input = v.object({ description: v.string(), default: v.exactOptional(v.string()) });
const metadata = v.object({
  name: v.string(),
  description: v.string(),
  inputs: v.record(v.string(), input),
});
const ours = v.parse(metadata, parse(read('action.yml')));
const actions = new Map<string, v.InferOutput<typeof metadata>>([
  ['mention-loop', ours],
  ['checkout', { ...ours, inputs: { 'persist-credentials': { description: 'Theirs.' } } }],
]);

// The service logs its own crashes and reports nothing: a crash must fail the test instead.
const crashes: string[] = [];
registerLogger({
  error: (message) => crashes.push(message),
  warn: () => {},
  info: () => {},
  log: () => {},
});

/** What GitHub's own language service says against a workflow; ours is the action at any reference. */
async function complaints(text: string, file = 'workflow.yml'): Promise<string[]> {
  // A local action has no metadata in the service: it is checked as the published one.
  const published = text.replace('uses: ./', 'uses: mention-loop/mention-loop@v1');
  // What it has parsed is kept by address: each text needs one of its own.
  const uri = `file:///${crypto.randomUUID()}/${file}`;
  const document = TextDocument.create(uri, 'yaml', 1, published);
  const found = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: ({ name }) => Promise.resolve(actions.get(name)),
    },
  });
  return [...crashes.splice(0), ...found.map(({ message }) => JSON.stringify(message))];
}

describe('the workflows to copy', () => {
  const workflows = [
    'examples/local.yml',
    'examples/hardened.yml',
    'examples/review.yml',
    'examples/remote.yml',
    'examples/workspaces.yml',
    'examples/act/workflow.yml',
  ];

  test.each(workflows)('%s is accepted by GitHub’s language service', async (path) => {
    expect(await complaints(read(path))).toEqual([]);
  });

  test.each(workflows)('%s with an input that we do not have is refused', async (path) => {
    const wrong = read(path).replace('with:\n', 'with:\n          modle: a/b\n');
    expect(await complaints(wrong)).toEqual([`"Invalid action input 'modle'"`]);
  });

  test.each(workflows)('%s asks for no more permissions than the contract says', (path) => {
    const workflow = v.parse(v.looseObject({ permissions: v.unknown() }), parse(read(path)));
    const pushes = path === 'examples/local.yml' || path === 'examples/act/workflow.yml';
    const locks = read(path).includes('server-url');
    expect(workflow.permissions).toEqual({
      contents: pushes || locks ? 'write' : 'read',
      issues: 'write',
      'pull-requests': 'write',
      ...(locks ? { actions: 'read' } : {}),
    });
  });

  test.each(['examples/local.yml', 'examples/remote.yml', 'examples/workspaces.yml'])(
    '%s is under 20 lines',
    (path) => {
      expect(read(path).trimEnd().split('\n').length).toBeLessThan(20);
    },
  );
});

describe('action.yml', () => {
  test('is accepted by GitHub’s language service', async () => {
    expect(await complaints(read('action.yml'), 'action.yml')).toEqual([]);
  });

  test('with a runtime that does not exist is refused', async () => {
    const wrong = read('action.yml').replace('using: node24', 'using: node99');
    expect(await complaints(wrong, 'action.yml')).not.toEqual([]);
  });

  test('describes every input and gives every default as text', () => {
    for (const [name, { description }] of Object.entries(ours.inputs)) {
      expect({ name, description }).toEqual({ name, description: expect.stringMatching(/\S\.$/) });
    }
  });
});
