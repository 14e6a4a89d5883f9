import { describe, expect, test } from '@jest/globals';

import type { AgentError, Part, RecordedMessage } from '../../src/opencode/events.ts';
import { decideEnd, isSettled } from '../../src/turn/terminal.ts';
import type { Evidence } from '../../src/turn/terminal.ts';
import { done, info, recorded, tool } from './events.ts';

const agentError = (name: string, message: string, status?: number): AgentError => ({
  name,
  message,
  status,
  isRetryable: false,
});
const overflow = agentError('ContextOverflowError', 'Too many tokens');
const finished = (finish: string | undefined, ...parts: Part[]): RecordedMessage[] => [
  recorded(done('msg_1', { finish }), ...parts),
];
const toolCalls = finished('tool-calls', tool('msg_1', 'prt_1', 'completed'));
const refusedTool = finished('tool-calls', tool('msg_1', 'prt_1', 'error'));
const structured = tool('msg_1', 'prt_1', 'completed', { tool: 'StructuredOutput' });
const noObject = agentError('StructuredOutputError', 'Model did not produce structured output');
const failed = recorded(info('msg_1', { error: agentError('APIError', 'Overloaded', 529) }));

/** What a decision amounts to: not yet, well, or the reason. */
function decide(evidence: Partial<Evidence>): string {
  const rest = { record: [], status: 'idle', trouble: undefined, quietMs: 0 } as const;
  const ending = decideEnd({ ...rest, ...evidence });
  if (ending === undefined) return 'not yet';
  return ending.error?.reason ?? 'well';
}

describe('a turn', () => {
  test.each<[string, Partial<Evidence>, string]>([
    ['ended well where its last message is done', { record: [recorded(done('msg_1'))] }, 'well'],
    [
      'goes on while the server is busy',
      { record: [recorded(done('msg_1'))], status: 'busy', quietMs: 1e9 },
      'not yet',
    ],
    [
      'goes on while the provider is retried',
      { record: [failed], status: 'retry', quietMs: 1e9 },
      'not yet',
    ],
    [
      'goes on while its last message is not done',
      { record: [recorded(done('msg_1')), recorded(info('msg_2'))] },
      'not yet',
    ],
    [
      'is lost where its last message is never done',
      { record: [recorded(info('msg_2'))], quietMs: 15_000 },
      'stream-ended',
    ],
    ['goes on after tool calls', { record: toolCalls }, 'not yet'],
    [
      'was stopped where nothing follows tool calls',
      { record: toolCalls, quietMs: 1_500 },
      'stream-ended',
    ],
    [
      'failed where only an error follows tool calls',
      { record: toolCalls, trouble: overflow, quietMs: 1_500 },
      'provider-error',
    ],
    ['may go on after a tool that failed', { record: refusedTool }, 'not yet'],
    ['ended on a tool that was refused', { record: refusedTool, quietMs: 1_500 }, 'well'],
    [
      'ended on an answer that fits a schema',
      { record: finished('tool-calls', structured), quietMs: 1_500 },
      'well',
    ],
    [
      'ended at once with the object that a schema asks for',
      { record: [recorded(done('msg_1', { finish: 'tool-calls', structured: {} }), structured)] },
      'well',
    ],
    [
      'goes on while the message with it is not done',
      { record: [recorded(info('msg_1', { structured: {} }))] },
      'not yet',
    ],
    [
      'ended well where text came in its place: OpenCode calls that an error',
      { record: [recorded(done('msg_1', { error: noObject }))] },
      'well',
    ],
    ['goes on where the model left open why it ended', { record: finished('unknown') }, 'not yet'],
    [
      'was stopped where nothing follows an open end',
      { record: finished('unknown'), quietMs: 1_500 },
      'stream-ended',
    ],
    ['failed where its finish says so', { record: finished('error') }, 'provider-error'],
    ['ended at the limit of its length', { record: finished('length') }, 'well'],
    ['may yet say why a message has no finish', { record: finished(undefined) }, 'not yet'],
    [
      'was stopped where a message has no finish, whatever its tools say',
      { record: finished(undefined, tool('msg_1', 'prt_1', 'error')), quietMs: 1_500 },
      'stream-ended',
    ],
    ['failed with its last message', { record: [failed] }, 'provider-error'],
    ['did not fail with an earlier one', { record: [failed, recorded(done('msg_2'))] }, 'well'],
    ['has not begun without a message', {}, 'not yet'],
    ['may yet begin after an error', { trouble: overflow, quietMs: 1_000 }, 'not yet'],
    [
      'never began where nothing follows an error',
      { trouble: overflow, quietMs: 1_500 },
      'provider-error',
    ],
    [
      'never began where nothing follows at all',
      { status: 'unknown', quietMs: 15_000 },
      'stream-ended',
    ],
    [
      'failed where a message was given up without a word on why',
      { record: [recorded(done('msg_1', { finish: undefined }))], trouble: overflow },
      'provider-error',
    ],
    [
      'ended well in spite of an error that it got over',
      { record: [recorded(done('msg_1'))], trouble: overflow },
      'well',
    ],
  ])('%s', (_name, evidence, expected) => {
    expect(decide(evidence)).toBe(expected);
  });

  test('is settled when there are messages and all of them are done', () => {
    expect(isSettled([])).toBe(false);
    expect(isSettled([recorded(done('msg_1')), recorded(info('msg_2'))])).toBe(false);
    expect(isSettled([recorded(done('msg_1'))])).toBe(true);
  });
});

describe('the error of an agent', () => {
  test.each<[AgentError, string, RegExp]>([
    [
      agentError('APIError', 'bad key', 401),
      'provider-error',
      /\(status 401\): bad key\. Check the provider's key/,
    ],
    [
      agentError('APIError', 'Forbidden.', 403),
      'provider-error',
      /\(status 403\): Forbidden\. Check the provider's key/,
    ],
    [agentError('APIError', 'Slow down', 429), 'provider-error', /limit is reached/],
    [agentError('APIError', 'No', 400), 'provider-error', /refuses the request/],
    [agentError('APIError', 'Oops', 503), 'provider-error', /Try again/],
    [agentError('APIError', 'the key is 401', undefined), 'provider-error', /Try again/],
    [overflow, 'provider-error', /larger context/],
    [agentError('ContentFilterError', 'Blocked'), 'provider-error', /Ask in other words/],
    [agentError('UnknownError', ''), 'provider-error', /no reason was given/],
    [
      agentError('UnknownError', 'Model not found: a/b. Did you mean: c?'),
      'unknown-model',
      /Did you mean: c\? Name one/,
    ],
    [agentError('ProviderModelNotFoundError', ''), 'unknown-model', /`model`/],
    [agentError('UnknownError', 'Agent not found: "x"'), 'unknown-agent', /`agent`/],
    [agentError('MessageAbortedError', 'Aborted'), 'stream-ended', /stopped the session/],
  ])('%j is %s', (error, reason, sentence) => {
    const ending = decideEnd({
      record: [recorded(info('msg_1', { error }))],
      status: 'idle',
      trouble: undefined,
      quietMs: 0,
    });
    expect(ending?.error?.reason).toBe(reason);
    expect(ending?.error?.sentence).toMatch(sentence);
  });

  test('leaves out the stack that OpenCode sends along', () => {
    const error = agentError('UnknownError', 'Agent not found: "x"\n    at y (file:1:2)');
    const ending = decideEnd({
      record: [],
      status: 'idle',
      trouble: error,
      quietMs: 2_000,
    });
    expect(ending?.error?.message).toBe('OpenCode does not know the agent: Agent not found: "x".');
  });

  test('is one line of bounded length', () => {
    const error = agentError('UnknownError', `${'Long '.repeat(1_000)}\nand more`);
    const ending = decideEnd({
      record: [recorded(info('msg_1', { error }))],
      status: 'idle',
      trouble: undefined,
      quietMs: 0,
    });
    expect(ending?.error?.message).toMatch(/^[^\n]{1,600}…$/);
  });
});
