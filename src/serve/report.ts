import { messageOf } from '../errors.ts';
import { logMs } from './limits.ts';

/** What is known of a request once it is over. */
export interface Entry {
  token: string | undefined;
  method: string;
  /** The route's template; undefined: none that is known. */
  route: string | undefined;
  /** 0: it was cut before there was an answer. */
  status: number;
  bytesIn: number;
  bytesOut: number;
  ms: number;
}

/** The log and the counters. */
export interface Report {
  /** Writes one line of JSON, and counts. */
  request(entry: Entry): void;
  count(name: 'refused' | 'restarts'): void;
  /** Tells the operator what a client is not told. */
  trouble(thrown: unknown): void;
  /** The counters as Prometheus reads them; `gauges` are what is true right now. */
  render(gauges: { streams: number; busy: number }): string;
  /** Writes what waits to be written. */
  flush(): void;
}

/** Requests that differ in their figures only. */
interface Kind {
  method: string;
  status: number;
  /** How the counters name it. */
  labels: string;
  /** What its lines of the log have in common, as JSON without an end. */
  text: string;
  count: number;
}

/**
 * Starts counting. A line holds what its route is called, never a path, a query, a header or a body:
 * those may hold secrets. Lines wait for others to be written with, for `logMs` at most.
 */
export function createReport(
  write: (text: string) => void,
  tell: (message: string) => void = () => {},
): Report {
  const kinds: Kinds = new Map();
  const totals = { refused: 0, restarts: 0, bytesIn: 0, bytesOut: 0 };
  const timeOf = createClock();
  let lines = '';
  let later: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(later);
    later = undefined;
    if (lines !== '') write(lines);
    lines = '';
  };
  return {
    request: (entry) => {
      const { bytesIn, bytesOut, ms } = entry;
      const kind = kindOf(entry, kinds);
      kind.count += 1;
      totals.bytesIn += bytesIn;
      totals.bytesOut += bytesOut;
      later ??= setTimeout(flush, logMs).unref();
      lines += `{"time":"${timeOf(Date.now())}",${kind.text},"bytesIn":${bytesIn},"bytesOut":${bytesOut},"ms":${ms}}\n`;
    },
    trouble: (thrown) => tell(messageOf(thrown)),
    count: (name) => (totals[name] += 1),
    render: (gauges) => render(allOf(kinds), totals, gauges),
    flush,
  };
}

/** By token and route: no text is put together to find one. */
type Kinds = Map<string | undefined, Map<string, Kind[]>>;

/** There are no more of them than tokens, methods, routes and statuses that we know. */
function kindOf({ token, method, route = 'none', status }: Entry, kinds: Kinds): Kind {
  const ofToken = kinds.get(token) ?? new Map<string, Kind[]>();
  const ofRoute = ofToken.get(route) ?? [];
  for (const kind of ofRoute) if (kind.status === status && kind.method === method) return kind;
  const kind = {
    method,
    status,
    labels: `route="${method} ${route}",status="${status}"`,
    text: JSON.stringify({ token: token ?? null, method, route, status }).slice(1, -1),
    count: 0,
  };
  ofRoute.push(kind);
  kinds.set(token, ofToken.set(route, ofRoute));
  return kind;
}

function allOf(kinds: Kinds): Kind[] {
  return [...kinds.values()].flatMap((ofToken) => [...ofToken.values()].flat());
}

/** Writes times as RFC 3339 has them; those of one millisecond are written once. */
function createClock(): (now: number) => string {
  let last = Number.NaN;
  let text = '';
  return (now) => {
    if (now !== last) text = new Date(now).toISOString();
    last = now;
    return text;
  };
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
function render(
  kinds: readonly Kind[],
  totals: { refused: number; restarts: number; bytesIn: number; bytesOut: number },
  gauges: { streams: number; busy: number },
): string {
  const requests = new Map<string, number>();
  for (const { labels, count } of kinds) requests.set(labels, (requests.get(labels) ?? 0) + count);
  const metric = (name: string, type: string, help: string, samples: string[]): string[] => [
    `# HELP mention_loop_serve_${name} ${help}`,
    `# TYPE mention_loop_serve_${name} ${type}`,
    ...samples.map((sample) => `mention_loop_serve_${name}${sample}`),
  ];
  return [
    ...metric(
      'requests_total',
      'counter',
      'Requests that are over, by route and status.',
      [...requests].map(([labels, value]) => `{${labels}} ${value}`),
    ),
    ...metric('refused_total', 'counter', 'Requests without a valid token.', [
      ` ${totals.refused}`,
    ]),
    ...metric('bytes_total', 'counter', 'Bytes of bodies, from and to clients.', [
      `{direction="in"} ${totals.bytesIn}`,
      `{direction="out"} ${totals.bytesOut}`,
    ]),
    ...metric('upstream_restarts_total', 'counter', 'How often OpenCode was started again.', [
      ` ${totals.restarts}`,
    ]),
    ...metric('open_streams', 'gauge', 'Event streams that are open.', [` ${gauges.streams}`]),
    ...metric('busy_sessions', 'gauge', 'Sessions that hold a slot.', [` ${gauges.busy}`]),
    '',
  ].join('\n');
}
