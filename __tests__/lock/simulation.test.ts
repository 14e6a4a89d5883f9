import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { lockLeaseMs, renewalsPerLease } from '../../src/limits.ts';
import { type Plan, enter, makeProcess } from './process.ts';
import { type Climate, type Counts, World } from './world.ts';

/** So many of each climate, by the seeds 1, 2, ...; MENTION_LOOP_WORLDS asks for more. */
const worlds = Number(process.env['MENTION_LOOP_WORLDS'] ?? 250);

const minute = 60_000;

/** What has to have happened, or the simulation shows nothing. */
const seldom = [
  'request lost',
  'answer lost',
  'slow',
  'late',
  'cut off',
  'rerun',
  'lost',
  'abandoned',
  'killed by machine',
  'killed by runner',
  'waited',
  'busy',
  'recovered several',
  'taken over from a completed run',
  'taken over after the lease',
  'taken over from a run of the same id',
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
      const made = await live(worlds, first, climate, counts);
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

  test.each<[string, Climate, boolean]>([
    [
      'a store writes over what it should not',
      { faults: 2, isObjectStore: false, isBlind: true },
      true,
    ],
    ['clocks differ by hours', { faults: 25, isObjectStore: false, skewMs: 60 * minute }, false],
  ])(
    'sees the harm where %s',
    async (_, climate, mayLast) => {
      const made = await live(80, 1, climate, {});
      const found = made.flatMap(({ world }) => world.violations);
      expect(found).toContainEqual(expect.stringContaining('took a live lock over from'));
      expect(found).toContainEqual(expect.stringContaining('believes to hold a lock'));
      // Whoever finds that the lock is another's stops at least then.
      if (!mayLast) expect(found).not.toContainEqual(expect.stringContaining('went on'));
    },
    600_000,
  );
});

interface Made {
  seed: number;
  world: World;
}

/** So many worlds, from their beginning to their end. */
async function live(
  size: number,
  first: number,
  climate: Climate,
  counts: Counts,
): Promise<Made[]> {
  const seeds = Array.from({ length: size }, (_, index) => first + index);
  const made = seeds.map((seed) => ({ seed, world: populate(seed, climate, counts) }));
  const all = made.map(({ world }) => world);
  await runAll(all);
  all.forEach(probe);
  await runAll(all);
  all.forEach(examineEnd);
  return made;
}

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
      const identity = { runId: `${run}`, attempt: 1, invocationId: `${run}-1-${sibling}` };
      const process = makeProcess(identity, { isForeign, skewMs: makeSkew(world) });
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
    const identity = { runId, attempt: 2, invocationId: `${runId}-2-1` };
    enter(world, makeProcess(identity, { skewMs: makeSkew(world) }), makePlan(world, 0));
  };
  world.after(startsAtMs + minute, look);
}

/** Half of it to each side: two clocks differ by no more than the climate has it. */
function makeSkew(world: World): number {
  const { skewMs = lockLeaseMs / renewalsPerLease } = world.climate;
  return world.between(-skewMs / 2, skewMs / 2);
}

function makePlan(world: World, startsAtMs: number): Plan {
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
  const process = makeProcess({ runId: 'probe', attempt: 1, invocationId: 'probe' });
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
