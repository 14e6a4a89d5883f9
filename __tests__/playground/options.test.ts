import { describe, expect, test } from '@jest/globals';

import { readTryOptions, UsageError } from '../../playground/options.ts';

const known = ['model', 'prompt', 'working-label', 'server-url'];

describe('the command line of npm run try', () => {
  test('with nothing on it asks the sample mention of a scripted model', () => {
    expect(readTryOptions([], known)).toEqual({
      help: false,
      model: undefined,
      event: undefined,
      eventName: undefined,
      prompt: undefined,
      isRemote: false,
      inputs: {},
    });
  });

  test('passes the inputs on that have a flag of their own, and any other by name', () => {
    const server = ['--server-url=http://127.0.0.1:1', '--server-directory', '/srv'];
    const args = [...server, '--timeout-minutes', '0.5', '--input', 'working-label=a=b\nc'];
    const { inputs, isRemote } = readTryOptions(args, known);
    expect(isRemote).toBe(true);
    expect(inputs).toEqual({
      'server-url': 'http://127.0.0.1:1',
      'server-directory': '/srv',
      'timeout-minutes': '0.5',
      'working-label': 'a=b\nc',
    });
  });

  test('takes a prompt for what the sample mention asks, and for the input beside an event', () => {
    const alone = readTryOptions(['--prompt', 'Why?'], known);
    expect([alone.prompt, alone.inputs]).toEqual(['Why?', {}]);
    const beside = readTryOptions(['--prompt', 'Why?', '--event', 'a.json'], known);
    expect([beside.prompt, beside.inputs]).toEqual([undefined, { prompt: 'Why?' }]);
  });

  test.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['word'], "Unexpected argument 'word'"],
    [['--model'], 'argument missing'],
    [['--model', 'gpt'], '--model "gpt" is not PROVIDER/MODEL.'],
    [['--timeout-minutes', 'ten'], '--timeout-minutes "ten" is not a number above 0.'],
    [['--timeout-minutes', '0'], '--timeout-minutes "0" is not a number above 0.'],
    [['--event-name', 'issues'], '--event-name needs --event FILE'],
    [['--server-directory', '/srv'], 'a server needs --server-url'],
    [['--server-password', 'x'], 'a server needs --server-url'],
    [['--input', 'model'], '--input "model" is not NAME=VALUE.'],
    [['--input', 'modle=a/b'], 'The inputs are: model, prompt, working-label, server-url.'],
  ])('%j is refused, and says what is expected', (args, message) => {
    expect(() => readTryOptions(args, known)).toThrow(UsageError);
    expect(() => readTryOptions(args, known)).toThrow(message);
  });
});
