import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { lockLeaseMs } from '../../src/limits.ts';
import { type Plan, enter } from './process.ts';
import type { Timeline } from './timeline.ts';
import { type Climate, type Counts, type Process, World } from './world.ts';

/** So many of each climate, by the seeds 1, 2, ...; MENTION_LOOP_WORLDS asks for more. */
const worlds = Number(process.env['MENTION_LOOP_WORLDS'] ?? 250);

const minute = 60_000;

/** What has to have happened, or the simulation shows nothing. */
const seldom = [
  ...['request lost', 'answer lost', 'slow', 'late', 'cut off', 'rerun', 'lost', 'abandoned'],
  ...['killed by machine', 'killed by runner', 'waited', 'busy', 'recovered several'],
  ...['taken over from a completed run', 'taken over after the lease'],
  ...['taken over from a run of the same id'],
];

describe('the run lock, in virtual time', () => {
  test.each<[string, Climate, number]>([
    ['references, a steady network', { faults: 2, isObjectStore: false }, 1],
    ['references, a bad network', { faults: 25, isObjectStore: false }, 1_000_001],
    ['an object store, a steady network', { faults: 2, isObjectStore: true }, 2_000_001],
    ['an object store, a bad network', { faults: 25, isObjectStore: true }, 3_000_001],
  ])(
    'keeps its promises over %s',
    async (_, climate, first) => {
      const counts: Counts = {};
      const seeds = Array.from({ length: worlds }, (__, index) => first + index);
      const made = seeds.map((seed) => ({ seed, world: populate(seed, climate, counts) }));
      await runAll(made.map(({ world }) => world));
      for (const { world } of made) probe(world);
      await runAll(made.map(({ world }) => world));
      for (const { world } of made) examineEnd(world);
      const broken = made.find(({ world }) => world.violations.length > 0);
      if (broken !== undefined) {
        const { seed, world } = broken;
        const all = made.filter(({ world: each }) => each.violations.length > 0).length;
        throw new Error(
          [`Seed ${seed} (and ${all - 1} more): ${world.violations[0]}`, ...world.trace].join('\n'),
        );
      }
      for (const what of seldom) expect(counts[what] ?? 0).toBeGreaterThan(0);
      expect(counts['held']).toBeGreaterThan(worlds);
    },
    600_000,
  );
});

/** Worlds do not know of each other: side by side, they share the turns of the event loop. */
async function runAll(all: World[]): Promise<void> {
  let going = all;
  while (going.length > 0) {
    going = going.filter((world) => world.step());
    await setImmediate();
  }
}

function populate(seed: number, climate: Climate, counts: Counts): World {
  const world = new World(seed, climate, counts);
  const runs = 2 + Math.floor(world.random() * 4);
  for (let run = 1; run <= runs; run += 1) {
    const isForeign = world.chance(0.5);
    const siblings = world.chance(0.2) ? 2 : 1;
    const startsAtMs = world.between(0, 15 * minute);
    for (let sibling = 1; sibling <= siblings; sibling += 1) {
      const process = makeProcess(world, `${run}`, 1, `${run}-1-${sibling}`, isForeign);
      enter(world, process, makePlan(world, startsAtMs + world.between(0, 3000)));
    }
    if (!isForeign && world.chance(0.3)) rerunLater(world, `${run}`, startsAtMs);
  }
  return world;
}

/** GitHub reruns what is completed. */
function rerunLater(world: World, runId: string, startsAtMs: number): void {
  const look = (): void => {
    const before = world.processes.filter(({ identity }) => identity.runId === runId);
    if (before.some(({ overAt }) => overAt > world.now)) return void world.after(minute / 2, look);
    world.count('rerun');
    enter(world, makeProcess(world, runId, 2, `${runId}-2-1`, false), makePlan(world, 0));
  };
  world.after(startsAtMs + minute, look);
}

function makeProcess(
  world: Timeline,
  runId: string,
  attempt: number,
  invocationId: string,
  isForeign: boolean,
): Process {
  return {
    identity: { runId, attempt, invocationId },
    isForeign,
    skewMs: world.between(-lockLeaseMs / 6, lockLeaseMs / 6),
    isDead: false,
    believes: false,
    cutOffUntil: 0,
    calls: 0,
    onCall: undefined,
    overAt: Number.POSITIVE_INFINITY,
    session: undefined,
  };
}

function makePlan(world: Timeline, startsAtMs: number): Plan {
  const fate = world.random();
  const by = world.chance(0.5) ? 'machine' : 'runner';
  return {
    startsAtMs,
    waitMs: world.pick([0, minute, 10 * minute, 10 * minute]),
    workMs: world.between(minute / 6, 12 * minute),
    killed:
      fate < 0.35
        ? world.chance(0.5)
          ? { by, atCall: 0, afterMs: world.between(0, 12 * minute) }
          : { by, atCall: Math.ceil(world.between(0, 6)), afterMs: world.between(0, 1000) }
        : undefined,
    cutOff:
      fate > 0.65
        ? { atMs: world.between(0, 6 * minute), ms: world.between(minute, 14 * minute) }
        : undefined,
    cancelledAtMs: world.chance(0.1) ? world.between(0, 10 * minute) : undefined,
    leavesSession: world.chance(0.1),
  };
}

/** Once nothing goes on any more, whoever comes gets the lock, and all that was left is tidied. */
function probe(world: World): void {
  world.climate = { ...world.climate, faults: 0 };
  const process = makeProcess(world, 'probe', 1, 'probe', true);
  const plan: Plan = {
    startsAtMs: 20 * minute,
    waitMs: world.pick([0, 10 * minute]),
    workMs: minute,
    killed: undefined,
    cutOff: undefined,
    cancelledAtMs: undefined,
    leavesSession: false,
  };
  enter(world, process, plan);
}

function examineEnd(world: World): void {
  const process = world.processes.at(-1);
  if (process?.session === undefined) world.violate(process, 'a dead lock stayed');
  if (world.sessions.size > 0) world.violate(process, 'a session was left at work');
}
