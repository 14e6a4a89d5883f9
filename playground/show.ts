import { styleText } from 'node:util';

import { type RecordedRequest } from './github/emulator.ts';

/** Prints lines with the seconds since it was made and the name of who speaks. */
export function createTimeline(print: (line: string) => void): (who: string, line: string) => void {
  const startedAt = performance.now();
  return (who, line) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
    print(`${styleText('dim', `${seconds} s  ${who.padEnd(8)}`)}${line}`);
  };
}

/** A write on GitHub in a few words; undefined for a read. */
export function describeWrite({ method, path, body }: RecordedRequest): string | undefined {
  if (method === 'GET' || path === '/graphql') return undefined;
  const verb = { POST: 'new', PATCH: 'edited', PUT: 'set', DELETE: 'removed' }[method] ?? method;
  const said = JSON.stringify(body) ?? '';
  const content = /"content":"([^"]+)"/.exec(said)?.[1] ?? '';
  if (path.includes('/reactions')) return `${verb} reaction ${content}`.trimEnd();
  const label = /"labels":\["([^"]+)"/.exec(said)?.[1] ?? path.split('/labels/')[1] ?? '';
  if (path.includes('/labels')) return `${verb} label ${decodeURIComponent(label)}`.trimEnd();
  if (/\/(comments|replies)(\/|$)/.test(path)) return `${verb} comment`;
  return `${method} ${path}`;
}

/** A heading in the terminal. */
export function heading(text: string): string {
  return `\n${styleText('bold', text)}\n`;
}

/** The outputs that say how a run went, one a line. */
export function describeOutcome(outputs: Record<string, string>, seconds: number): string {
  const isGood = outputs['outcome'] === 'success';
  const outcome = styleText(isGood ? 'green' : 'red', outputs['outcome'] ?? 'no outcome');
  const rows = [
    ['outcome', `${outcome} (${outputs['reason'] ?? 'no reason was given'})`],
    ['duration', `${seconds.toFixed(1)} s`],
    ['session', outputs['session-id'] ?? ''],
    ['answer', outputs['comment-url'] ?? ''],
    ['tokens', tokensOf(outputs)],
  ];
  const filled = rows.filter(([, value]) => value !== '');
  return filled.map(([name = '', value = '']) => `${name.padEnd(10)}${value}`).join('\n');
}

function tokensOf(outputs: Record<string, string>): string {
  const { 'input-tokens': read, 'output-tokens': written, 'cost-usd': cost } = outputs;
  if (read === undefined || written === undefined) return '';
  return `${read} in, ${written} out${cost === undefined ? '' : `, $${cost}`}`;
}
