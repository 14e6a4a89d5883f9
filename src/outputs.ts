import { randomUUID } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Delivered } from './changes/change.ts';
import { outcomeOf } from './errors.ts';
import type { Reason } from './errors.ts';
import { responseBytes } from './limits.ts';
import type { Usage } from './opencode/events.ts';
import { listWithin, type ReviewOutputs } from './review/outputs.ts';

/** What a run leaves to the steps after it. */
export interface Outputs {
  /** `outcome` follows from it. */
  reason: Reason;
  /** What the agent wrote, whole. Empty: nothing. */
  response: string;
  /** The run ended before the agent did. */
  isPartial: boolean;
  sessionId: string | undefined;
  /** The session is one that a former run had. */
  isSessionReused?: boolean;
  /** OpenCode's database came out of the cache. */
  isCacheHit?: boolean;
  /** The answer's first comment. */
  comment: { id: number; url: string } | undefined;
  /** What became of what the agent changed; undefined where it changed nothing. */
  delivered?: Delivered | undefined;
  /** What came of a review; undefined where there is none. */
  review?: ReviewOutputs | undefined;
  durationMs: number;
  usage: Usage | undefined;
}

let redact = (text: string): string => text;

/** Has all that is written from here on, but for the paths of our own files, pass `by`. */
export function redactWith(by: (text: string) => string): void {
  redact = by;
}

/** Writes one or more lines to the log; what would be a command to the runner is fenced. */
export function logInfo(message: string): void {
  if (isCommand(message)) logFenced(message);
  else core.info(redact(message));
}

/** Writes an annotation that warns; nothing in it can be a command. */
export function logWarning(message: string): void {
  core.warning(redact(message));
}

/** Writes an annotation of an error, and lets the step go on. */
export function logError(message: string): void {
  core.error(redact(message));
}

/**
 * Writes what a model or a person wrote: the runner takes no command from it.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
 */
export function logFenced(text: string): void {
  const token = randomUUID();
  core.info(`::stop-commands::${token}\n${redact(text)}\n::${token}::`);
}

/** Has the runner mask a value in the log, and each line of it; comments and outputs it does not mask. */
export function maskSecret(value: string): void {
  for (const secret of new Set([value, ...value.split(/\r?\n/)])) {
    if (secret.trim() !== '') core.setSecret(secret);
  }
}

/** Marks the step as failed, with the sentence that says why. The process goes on. */
export function failStep(message: string): void {
  core.setFailed(redact(message));
}

/** Writes every output of `action.yml`; what is not known is empty. */
export function writeOutputs(outputs: Outputs): void {
  const { response, path } = cutResponse(redact(outputs.response));
  const values = {
    outcome: outcomeOf(outputs.reason),
    reason: outputs.reason,
    response,
    'response-path': path,
    partial: outputs.isPartial,
    ...changesIn(outputs.delivered),
    ...reviewIn(outputs.review),
    'session-id': redact(outputs.sessionId ?? ''),
    'session-reused': outputs.isSessionReused ?? false,
    'cache-hit': outputs.isCacheHit ?? false,
    'comment-id': outputs.comment?.id,
    'comment-url': redact(outputs.comment?.url ?? ''),
    'duration-seconds': Math.round(outputs.durationMs / 1000),
    'input-tokens': outputs.usage?.inputTokens,
    'output-tokens': outputs.usage?.outputTokens,
    'cost-usd': outputs.usage?.costUsd,
  };
  for (const [name, value] of Object.entries(values)) core.setOutput(name, String(value ?? ''));
}

/** A branch's name comes of the agent's words, and the path of a file is ours. */
function changesIn(delivered: Delivered | undefined): Record<string, unknown> {
  const { commitSha, branch, pull, patchPath } = delivered ?? {};
  return {
    'commit-sha': commitSha,
    branch: redact(branch ?? ''),
    'pull-request-number': pull?.number,
    'pull-request-url': redact(pull?.url ?? ''),
    'patch-path': patchPath,
  };
}

/** Findings are the agent's words; one that does not fit any more is left out, and so are those after it. */
function reviewIn(review: ReviewOutputs | undefined): Record<string, unknown> {
  const { verdict, risk, findings, posted } = review ?? {};
  return {
    verdict,
    risk,
    findings: findings === undefined ? '' : redact(listWithin(findings, responseBytes)),
    'review-id': posted?.id,
    'review-url': redact(posted?.url ?? ''),
  };
}

/** Tells `post` where this run's journal is. */
export function saveJournalPath(path: string): void {
  core.saveState('journal', path);
}

/** Where `main` of the same step has its journal; undefined where it never came so far. */
export function readJournalPath(): string | undefined {
  return core.getState('journal') || undefined;
}

/** Adds to the step summary; the caller keeps it within `summaryBytes`. Outside a runner: nothing. */
export function writeSummary(markdown: string): void {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (path) appendFileSync(path, `${redact(markdown)}\n`);
}

/**
 * Whether the runner might take a command from the text: `::` behind white space, of which .NET knows
 * other kinds than JavaScript, at the beginning of a line, or the older `##[` anywhere in it.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function isCommand(text: string): boolean {
  return text.includes('::') || text.includes('##[');
}

/** A response within the output's bound, and the file that holds a longer one whole. */
function cutResponse(response: string): { response: string; path: string } {
  const bytes = Buffer.from(response);
  const temp = process.env['RUNNER_TEMP'];
  if (bytes.length <= responseBytes) return { response, path: '' };
  const path = temp ? join(temp, `mention-loop-${randomUUID()}.md`) : '';
  if (path !== '') writeFileSync(path, bytes, { mode: 0o600 });
  return { response: bytes.toString('utf8', 0, boundaryBefore(bytes, responseBytes)), path };
}

/** The last place at or before `end` that is not inside a character: its further bytes are 10xxxxxx. */
function boundaryBefore(bytes: Buffer, end: number): number {
  let at = end;
  while (((bytes[at] ?? 0) & 0b1100_0000) === 0b1000_0000) at -= 1;
  return at;
}
