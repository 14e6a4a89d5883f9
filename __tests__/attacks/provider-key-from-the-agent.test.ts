import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { callTool, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

const keys = [0, 1].map(() => `sk-${randomBytes(20).toString('hex')}`);
const [configured = '', inEnvironment = ''] = keys;

/**
 * What the agent runs: looks for the keys, which it is told backwards so that it brings none along,
 * in all that it and its server can see, and prints where it found how many of them. The action's own
 * process is another matter, for it is another user's with `isolation`.
 */
const look = String.raw`
import { readdirSync, readFileSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
const keys = process.argv.slice(2).map((key) => [...key].reverse().join(''));
const count = (text) => keys.filter((key) => text.includes(key)).length;
const quietly = (read, otherwise) => { try { return read(); } catch { return otherwise; } };
const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
  .filter((pid) => quietly(() => readFileSync('/proc/' + pid + '/environ', 'latin1'), '')
    .includes('MENTION_LOOP_SERVER=' + process.env.MENTION_LOOP_SERVER));
const seen = (file) => processes.map((pid) => quietly(() => readFileSync('/proc/' + pid + '/' + file, 'latin1'), '')).join();
function* files(folder) {
  for (const entry of quietly(() => readdirSync(folder, { withFileTypes: true }), [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile()) yield quietly(() => readFileSync(path, 'latin1'), '');
  }
}
// Of an area's pages only those that are there: a runtime reserves far more than any machine has.
// https://docs.kernel.org/admin-guide/mm/pagemap.html
function* pages(map, from, to) {
  const most = 1 << 20;
  for (let first = from / 4096; first < to / 4096; first += most) {
    const entries = new Uint32Array(2 * Math.min(most, to / 4096 - first));
    quietly(() => readSync(map, entries, 0, entries.byteLength, first * 8), 0);
    for (let page = 0, begin = -1; page <= entries.length / 2; page += 1) {
      const isThere = entries[2 * page + 1] >= 0x80000000;
      if (isThere && begin < 0) begin = page;
      if (!isThere && begin >= 0) {
        yield [(first + begin) * 4096, (page - begin) * 4096];
        begin = -1;
      }
    }
  }
}
function memory(pid) {
  const [memory, map] = ['mem', 'pagemap'].map((file) => quietly(() => openSync('/proc/' + pid + '/' + file), -1));
  if (memory < 0) return '';
  const areas = readFileSync('/proc/' + pid + '/maps', 'latin1').split('\n').filter((line) => / rw/.test(line));
  const found = new Set();
  for (const area of areas) {
    const [from, to] = area.split(' ')[0].split('-').map((at) => parseInt(at, 16));
    for (const [at, size] of pages(map, from, to)) {
      const piece = Buffer.allocUnsafe(size);
      const bytes = quietly(() => readSync(memory, piece, 0, size, at), 0);
      for (const key of keys) if (piece.subarray(0, bytes).includes(key)) found.add(key);
    }
  }
  return [...found].join();
}
const log = readFileSync(process.env.RUNNER_TEMP + '/mention-loop-opencode-' + process.env.MENTION_LOOP_SERVER + '.log', 'latin1');
const server = /listening on (\S+)/.exec(log)[1];
const authorization = 'Basic ' + btoa('opencode:' + process.env.OPENCODE_SERVER_PASSWORD);
const ask = async (path) => (await fetch(server + path, { headers: { authorization } })).text();
console.log('LOOKED ' + JSON.stringify({
  processes: processes.length > 0,
  environment: count(seen('environ')) + count(JSON.stringify(process.env)),
  arguments: count(seen('cmdline')),
  configuration: count((await ask('/config')) + (await ask('/config/providers'))),
  files: count([...files(process.env.HOME), ...files(process.env.RUNNER_TEMP), ...files(process.cwd())].join()),
  memory: count(processes.map(memory).join()),
}));
`;

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
  await writeFile(join(lab.sample.directory, 'look.mjs'), look);
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** Where the agent found the keys, and what the provider got as one. */
async function search(keyRelay: string): Promise<{ found: unknown; given: unknown; log: string }> {
  const backwards = keys.map((key) => key.split('').toReversed().join('')).join(' ');
  const command = `'${process.execPath}' look.mjs ${backwards}`;
  lab.answer([callTool('bash', { command, description: 'Look around' }), say('Done.')]);
  const inputs = await lab.local();
  const config = JSON.parse(inputs['opencode-config'] ?? '') as {
    provider: { scripted: { options: { apiKey: string } } };
  };
  config.provider.scripted.options.apiKey = configured;
  const run = await watch(lab, {
    inputs: {
      ...inputs,
      // The same user sees more.
      isolation: 'none',
      'opencode-config': JSON.stringify(config),
      'key-relay': keyRelay,
    },
    env: { OPENAI_API_KEY: inEnvironment },
  });
  expectEnding(run, 'success', 'completed');
  const told = lab.asked[1]?.messages.findLast(({ role }) => role === 'tool')?.text ?? '';
  const found: unknown = JSON.parse(/LOOKED (.*)/.exec(told)?.[1] ?? 'null') ?? told;
  return { found, given: lab.asked[0]?.authorization, log: run.log };
}

describe("the provider's key", () => {
  test('is nowhere that the agent can look, and yet the provider gets it', async () => {
    const { found, given, log } = await search('auto');
    const nowhere = { environment: 0, arguments: 0, configuration: 0, files: 0, memory: 0 };
    expect(found).toEqual({ processes: true, ...nowhere });
    expect(given).toBe(`Bearer ${configured}`);
    expect(log).not.toContain('relay');
  });

  test('is found by the same search where the relay is off', async () => {
    const { found, given } = await search('off');
    expect(found).toMatchObject({ processes: true, environment: 4, configuration: 1, memory: 2 });
    expect(given).toBe(`Bearer ${configured}`);
  });
});
