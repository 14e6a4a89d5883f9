// `serve` beside nginx and haproxy that do the same, all before one upstream, on loopback.
import { type Bar, type Figure, median } from './figure.ts';
import { openStreams, timeRequests } from './front-client.ts';
import { type Front, type Fronts, countRequests, startFronts } from './fronts.ts';

/** Each round takes about a minute. */
const mostRounds = 3;
const requestsPerRound = 1_000;
const secondsOfLoad = 3;
/** Events on each stream in a round. */
const events = { 1: 200, 100: 40, 1_000: 40 } as const;
type Count = keyof typeof events;
const counts = [1, 100, 1_000] as const satisfies Count[];

const mostAddedMs = 1;
const mostTimesFewerRequests = 3;
const mostTimesLonger = 2;
const mostMegabytes = 200;

/** What was measured of one front, a value a round. */
interface Measured {
  medians: number[];
  slowest: number[];
  rates: number[];
  ratesOfCore: number[];
  delays: Record<Count, number[]>;
  megabytes: number[];
}

type Pick = (one: Measured) => readonly number[];

/** Measures up to `runs` rounds, one front after the other in each. */
export async function measureServe(runs: number): Promise<Figure[]> {
  await using fronts = await startFronts();
  for (const sentence of fronts.missing) console.log(sentence);
  const all = [fronts.direct, fronts.serve, ...fronts.others];
  const measured = new Map(all.map((front) => [front.name, empty()]));
  for (let round = 0; round <= Math.min(runs, mostRounds); round += 1)
    for (const front of all) {
      // The first round warms up, and counts for nothing.
      const into = round === 0 ? empty() : (measured.get(front.name) ?? empty());
      await measureOne(front, fronts, into);
    }
  return figuresOf(measured);
}

function empty(): Measured {
  const delays = { 1: [], 100: [], 1_000: [] };
  return { medians: [], slowest: [], rates: [], ratesOfCore: [], delays, megabytes: [] };
}

async function measureOne(front: Front, { upstreamPort }: Fronts, into: Measured): Promise<void> {
  const times = await timeRequests(front.door, requestsPerRound);
  into.medians.push(median(times));
  into.slowest.push(percentile(times, 0.99));
  const rate = await countRequests(front, secondsOfLoad);
  if (rate !== undefined) {
    into.rates.push(rate.perSecond);
    into.ratesOfCore.push(rate.perProcessorSecond);
  }
  for (const count of counts) {
    using streams = await openStreams(front.door, upstreamPort, count);
    const delays: number[] = [];
    for (let event = 0; event < events[count]; event += 1)
      delays.push(...(await streams.broadcast()));
    into.delays[count].push(median(delays));
    if (count === 1_000) into.megabytes.push(await front.megabytes());
  }
}

function figuresOf(measured: ReadonlyMap<string, Measured>): Figure[] {
  const rowsOf = (pick: Pick): Figure['rows'] =>
    [...measured].flatMap(([name, one]) =>
      pick(one).length > 0 ? [[name, pick(one)] as const] : [],
    );
  const [direct, serve, nginx] = ['direct', 'serve', 'nginx'].map((name) => measured.get(name));
  if (direct === undefined || serve === undefined) return [];
  const latency = (title: string, pick: Pick, most: number | undefined): Figure => {
    const value = median(pick(serve).map((ms, round) => ms - (pick(direct)[round] ?? Number.NaN)));
    const claim = 'Added by serve, median of the rounds';
    const bars = most === undefined ? [] : [{ claim, value, most, unit: 'ms' } as const];
    return { title, unit: 'ms', rows: rowsOf(pick), bars };
  };
  const delay = (count: Count): Figure => {
    const pick: Pick = ({ delays }) => delays[count];
    const isHeld = nginx !== undefined && count === 1_000;
    const claim = "serve's delay over nginx's";
    const bars = isHeld ? [ratioBar(claim, pick(serve), pick(nginx), mostTimesLonger)] : [];
    const title = `Upstream event to client at ${count} streams, medians`;
    return { title, unit: 'ms', rows: rowsOf(pick), bars };
  };
  const rates: Pick = (one) => one.rates;
  const claim = "nginx's requests a second over serve's";
  const isRated = nginx !== undefined && rates(nginx).length > 0;
  const rateBars = isRated
    ? [ratioBar(claim, rates(nginx), rates(serve), mostTimesFewerRequests)]
    : [];
  const title = 'Requests a second at 50 connections, one core';
  return [
    latency('One small request, medians', ({ medians }) => medians, mostAddedMs),
    latency('One small request, 99th percentiles', ({ slowest }) => slowest, undefined),
    { title, unit: '/s', rows: rowsOf(rates), bars: rateBars },
    {
      title: 'The same in a second of its processor time',
      unit: '/s',
      rows: rowsOf(({ ratesOfCore }) => ratesOfCore),
      bars: [],
    },
    ...counts.map(delay),
    memoryFigure(
      rowsOf(({ megabytes }) => megabytes),
      serve.megabytes,
    ),
  ];
}

function memoryFigure(rows: Figure['rows'], ours: readonly number[]): Figure {
  const claim = 'Most memory of serve';
  return {
    title: 'Memory at 1,000 streams',
    unit: 'MB',
    rows: rows.filter(([name]) => name !== 'direct'),
    bars: [{ claim, value: Math.max(...ours), most: mostMegabytes, unit: 'MB' }],
  };
}

/** The median of the ratios, round by round. */
function ratioBar(
  claim: string,
  over: readonly number[],
  under: readonly number[],
  most: number,
): Bar {
  const value = median(over.map((each, round) => each / (under[round] ?? Number.NaN)));
  return { claim, value, most, unit: 'times' };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
