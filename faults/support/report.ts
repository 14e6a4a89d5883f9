import type { Outcome } from '../kind.ts';

/** `fault | runs | survived`, as a Markdown table. */
export function renderTable(outcomes: readonly Outcome[]): string {
  const faults = [...new Set(outcomes.map(({ fault }) => fault))].sort();
  const rows = faults.map((fault) => {
    const runs = outcomes.filter((outcome) => outcome.fault === fault);
    const survived = runs.filter(({ problem }) => problem === undefined);
    return [fault, String(runs.length), String(survived.length)];
  });
  const survived = outcomes.filter(({ problem }) => problem === undefined).length;
  const lines = [['Fault', 'Runs', 'Survived'], ...rows];
  const all = ['All', String(outcomes.length), String(survived)];
  const width = Math.max(...[...lines, all].map(([fault = '']) => fault.length));
  const render = ([fault = '', runs = '', lived = '']: string[]): string =>
    `| ${fault.padEnd(width)} | ${runs.padStart(4)} | ${lived.padStart(8)} |`;
  const rule = `| ${'-'.repeat(width)} | ---: | -------: |`;
  return [render(lines[0] ?? []), rule, ...lines.slice(1).map(render), render(all)].join('\n');
}
