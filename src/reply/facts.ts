import type { EventName } from '../event/trigger.ts';
import type { Turn } from '../turn/turn.ts';
import { code, plain } from './plain.ts';

/** What a reply says about its run, beside the turn; what is not known (yet) is undefined. */
export interface RunFacts {
  eventName: EventName | undefined;
  /** `owner/name`. */
  repository: string;
  runId: string;
  attempt: number;
  /** The run's page on GitHub, where the step summary is shown. */
  runUrl: string;
  sessionId: string | undefined;
  /** Whether the session is a former run's, as Markdown of ours. */
  conversation?: string;
  /** `provider/model`. */
  model: string | undefined;
  /** OpenCode's version. */
  version: string | undefined;
  durationMs: number | undefined;
}

/** How many tools are named; an agent has fewer than these, unless it was given very many. */
const mostTools = 30;

/** The run in a table of two columns; never over 12,000 characters. Rows that are not known are left out. */
export function renderFacts(facts: RunFacts, turn: Turn | undefined): string {
  const rows: [string, string][] = [
    ['Event', code(facts.eventName ?? '')],
    ['Repository', code(facts.repository)],
    ['Run', `[${plain(facts.runId, 30)}, attempt ${facts.attempt}](${facts.runUrl})`],
    ['Session', code(facts.sessionId ?? '')],
    ['Conversation', facts.conversation ?? ''],
    ['Model', code(facts.model ?? '')],
    ['OpenCode', plain(facts.version ?? '', 50)],
    ['Duration', facts.durationMs === undefined ? '' : renderDuration(facts.durationMs)],
    ...(turn === undefined ? [] : renderWork(turn)),
  ];
  const lines = rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `| ${name} | ${value} |`);
  return ['| Run | |', '|---|---|', ...lines].join('\n');
}

/** The tools that were used and how often, most used first, in code spans; empty for none. */
export function renderTools(tools: ReadonlyMap<string, number>): string {
  const named = [...tools].toSorted(([, one], [, other]) => other - one);
  const shown = named.slice(0, mostTools).map(([name, count]) => `${code(name)} × ${count}`);
  const hidden = named.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`${hidden} more`] : [])].join(', ');
}

/** Milliseconds as people say them: `8 s`, `3 min 5 s`, `2 h 0 min`. */
export function renderDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function renderWork({ usage, tools }: Turn): [string, string][] {
  const count = (tokens: number) => tokens.toLocaleString('en-US');
  return [
    ['Tokens', `${count(usage.inputTokens)} in, ${count(usage.outputTokens)} out`],
    ['Cost', `$${usage.costUsd.toFixed(usage.costUsd < 1 ? 4 : 2)}`],
    ['Tools used', renderTools(tools) || 'none'],
  ];
}
