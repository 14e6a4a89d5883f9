import * as v from 'valibot';

import type {
  AgentError,
  MessageInfo,
  Part,
  PermissionRequest,
  QuestionRequest,
  RecordedMessage,
  Todo,
} from './events.ts';

const status = v.picklist(['pending', 'running', 'completed', 'error']);
const number = v.optional(v.number(), 0);

const messageShape = v.object({
  id: v.string(),
  sessionID: v.string(),
  role: v.picklist(['user', 'assistant']),
  parentID: v.optional(v.string()),
  time: v.object({ created: v.number(), completed: v.optional(v.number()) }),
  finish: v.optional(v.string()),
  error: v.optional(v.unknown()),
  providerID: v.optional(v.string()),
  modelID: v.optional(v.string()),
  cost: number,
  tokens: v.optional(
    v.object({
      input: number,
      output: number,
      reasoning: number,
      cache: v.optional(v.object({ read: number, write: number })),
    }),
  ),
  summary: v.optional(v.unknown()),
});

const partShape = v.object({
  id: v.string(),
  sessionID: v.string(),
  messageID: v.string(),
  type: v.string(),
  text: v.optional(v.string(), ''),
  synthetic: v.optional(v.boolean(), false),
  ignored: v.optional(v.boolean(), false),
  tool: v.optional(v.string(), ''),
  state: v.optional(v.object({ status, title: v.optional(v.string(), '') })),
});

const errorShape = v.object({
  name: v.optional(v.string(), 'UnknownError'),
  data: v.optional(
    v.object({
      message: v.optional(v.string(), ''),
      statusCode: v.optional(v.number()),
      isRetryable: v.optional(v.boolean(), false),
    }),
  ),
});

const askShape = v.object({
  id: v.string(),
  sessionID: v.string(),
  permission: v.string(),
  patterns: v.optional(v.array(v.string()), []),
});
const questionShape = v.object({ id: v.string(), sessionID: v.string() });
const todosShape = v.array(v.object({ content: v.string(), status: v.string() }));
const recordShape = v.array(v.object({ info: v.unknown(), parts: v.array(v.unknown()) }));

/** What going on with a session takes. */
export const sessionShape = v.object({
  directory: v.string(),
  parentID: v.optional(v.string()),
  metadata: v.optional(v.record(v.string(), v.unknown()), {}),
  permission: v.optional(
    v.array(
      v.object({
        permission: v.string(),
        pattern: v.string(),
        action: v.picklist(['allow', 'deny', 'ask']),
      }),
    ),
    [],
  ),
  time: v.object({ updated: v.number() }),
});

/** A session as OpenCode shows it, as far as we look at it. */
export type FoundSession = v.InferOutput<typeof sessionShape>;

/** Whether a value is an object whose members can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A message's envelope; undefined where it is not one that we know. */
export function readMessage(raw: unknown): MessageInfo | undefined {
  const shape = read(messageShape, raw);
  if (shape === undefined) return undefined;
  const { providerID, modelID, tokens } = shape;
  const cache = tokens?.cache;
  return {
    id: shape.id,
    sessionId: shape.sessionID,
    role: shape.role,
    parentId: shape.parentID,
    createdAt: shape.time.created,
    completedAt: shape.time.completed,
    finish: shape.finish,
    error: shape.error === undefined ? undefined : readError(shape.error),
    model:
      providerID !== undefined && modelID !== undefined ? `${providerID}/${modelID}` : undefined,
    usage: {
      inputTokens: (tokens?.input ?? 0) + (cache?.read ?? 0) + (cache?.write ?? 0),
      outputTokens: (tokens?.output ?? 0) + (tokens?.reasoning ?? 0),
      costUsd: shape.cost,
    },
    // A user message's `summary` is an object and something else: what it changed on disk.
    isSummary: shape.summary === true,
  };
}

/** One part of a message; undefined where it is not one that we know. */
export function readPart(raw: unknown): Part | undefined {
  const shape = read(partShape, raw);
  if (shape === undefined) return undefined;
  const base = { id: shape.id, messageId: shape.messageID, sessionId: shape.sessionID };
  switch (shape.type) {
    case 'text':
      return {
        kind: 'text',
        ...base,
        text: shape.text,
        isSynthetic: shape.synthetic || shape.ignored,
      };
    case 'reasoning':
      return { kind: 'reasoning', ...base, text: shape.text };
    case 'tool': {
      const { status: state, title } = shape.state ?? { status: 'pending' as const, title: '' };
      return { kind: 'tool', ...base, tool: shape.tool, status: state, title };
    }
    default:
      return { kind: 'other', ...base, name: shape.type };
  }
}

/** An error as OpenCode puts it into messages and events; never fails, so that no error is lost. */
export function readError(raw: unknown): AgentError {
  const shape = read(errorShape, raw);
  return {
    name: shape?.name ?? 'UnknownError',
    message: shape?.data?.message ?? '',
    status: shape?.data?.statusCode,
    isRetryable: shape?.data?.isRetryable ?? false,
  };
}

/** A tool that waits to be allowed. */
export function readPermission(raw: unknown): PermissionRequest | undefined {
  const shape = read(askShape, raw);
  if (shape === undefined) return undefined;
  const { sessionID, ...rest } = shape;
  return { ...rest, sessionId: sessionID };
}

/** A question that waits for a person. */
export function readQuestion(raw: unknown): QuestionRequest | undefined {
  const shape = read(questionShape, raw);
  return shape && { id: shape.id, sessionId: shape.sessionID };
}

/** The agent's to-do list. */
export function readTodos(raw: unknown): Todo[] | undefined {
  return read(todosShape, raw);
}

/** A session's messages with their parts; what is unknown in it is left out, undefined: no record. */
export function readRecord(raw: unknown): RecordedMessage[] | undefined {
  return read(recordShape, raw)?.flatMap(({ info, parts }) => {
    const message = readMessage(info);
    return message ? [{ message, parts: parts.flatMap((part) => readPart(part) ?? []) }] : [];
  });
}

/** Reads a value by its schema; undefined where it does not fit. */
export function read<Output>(
  schema: v.BaseSchema<unknown, Output, v.BaseIssue<unknown>>,
  raw: unknown,
): Output | undefined {
  const result = v.safeParse(schema, raw);
  return result.success ? result.output : undefined;
}
