import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { responseBytes } from '../../src/limits.ts';
import type { Outputs } from '../../src/outputs.ts';

let folder: string;
let files: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STATE: join(folder, 'state'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    RUNNER_TEMP: folder,
  };
  for (const name of ['output', 'state', 'summary']) writeFileSync(join(folder, name), '');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Calls a function of outputs.ts in a process of its own, as a step is; returns what it printed. */
function call(name: string, argument?: unknown, env: Record<string, string> = files): string {
  const file = JSON.stringify(resolve('src/outputs.ts'));
  const text = JSON.stringify(argument);
  const script = `import * as o from ${file}; const r = o.${name}(${text}); if (r) console.log(r);`;
  const args = ['--input-type=module', '-e', `${script} process.exitCode = 0;`];
  return execFileSync(process.execPath, args, { env, encoding: 'utf8' });
}

/** The `name<<delimiter` entries of a command file. */
function entriesOf(path: string): Record<string, string> {
  const text = readFileSync(path, 'utf8');
  const pattern = /^([\w-]+)<<(ghadelimiter_\S+)\r?\n([^]*?)\r?\n\2$/gm;
  return Object.fromEntries([...text.matchAll(pattern)].map(([, name, , value]) => [name, value]));
}

const outputs: Outputs = {
  reason: 'completed',
  response: 'Done.\n\n::set-output name=a::b',
  isPartial: false,
  sessionId: 'ses_1',
  comment: { id: 7, url: 'https://github.com/o/r/issues/1#issuecomment-7' },
  delivered: {
    commitSha: 'a'.repeat(40),
    branch: 'opencode/issue-7-slow-start',
    pull: { number: 8, url: 'https://github.com/o/r/pull/8', isNew: true },
    patchPath: '/tmp/runner/mention-loop-1.patch',
    notes: [],
  },
  durationMs: 12_600,
  usage: { inputTokens: 1200, outputTokens: 34, costUsd: 0.0125 },
};

describe('outputs', () => {
  test('are those of action.yml, all of them', () => {
    call('writeOutputs', outputs);
    const written = entriesOf(join(folder, 'output'));
    const action = parse(readFileSync('action.yml', 'utf8')) as { outputs: object };
    expect(Object.keys(written)).toEqual(Object.keys(action.outputs));
    expect(written).toEqual({
      outcome: 'success',
      reason: 'completed',
      response: 'Done.\n\n::set-output name=a::b',
      'response-path': '',
      partial: 'false',
      'commit-sha': 'a'.repeat(40),
      branch: 'opencode/issue-7-slow-start',
      'pull-request-number': '8',
      'pull-request-url': 'https://github.com/o/r/pull/8',
      'patch-path': '/tmp/runner/mention-loop-1.patch',
      'session-id': 'ses_1',
      'session-reused': 'false',
      'cache-hit': 'false',
      'comment-id': '7',
      'comment-url': 'https://github.com/o/r/issues/1#issuecomment-7',
      'duration-seconds': '13',
      'input-tokens': '1200',
      'output-tokens': '34',
      'cost-usd': '0.0125',
    });
  });

  test('are empty where nothing is known', () => {
    const reason = 'no-mention';
    call('writeOutputs', { reason, response: '', isPartial: false, durationMs: 0 });
    expect(entriesOf(join(folder, 'output'))).toMatchObject({
      outcome: 'skipped',
      response: '',
      'commit-sha': '',
      branch: '',
      'pull-request-number': '',
      'patch-path': '',
      'session-id': '',
      'comment-id': '',
      'cost-usd': '',
    });
  });

  test.each([0, 1, 2, 3])(
    'cut a response over 900 KiB between two characters, and keep it whole in a file (%d)',
    (shift) => {
      // Too long for a command line: the process makes it itself.
      const make = `'a'.repeat(${shift}) + '😀'.repeat(${responseBytes / 4 + 10})`;
      const file = JSON.stringify(resolve('src/outputs.ts'));
      const script = `import { writeOutputs } from ${file};
        writeOutputs({ ...${JSON.stringify(outputs)}, response: ${make} });`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: files });
      const written = entriesOf(join(folder, 'output'));
      const whole = 'a'.repeat(shift) + '😀'.repeat(responseBytes / 4 + 10);
      const response = written['response'] ?? '';
      expect(whole.startsWith(response)).toBe(true);
      expect(response.isWellFormed()).toBe(true);
      expect(response).not.toContain('\ufffd');
      expect(Buffer.byteLength(response)).toBeLessThanOrEqual(responseBytes);
      expect(Buffer.byteLength(response)).toBeGreaterThan(responseBytes - 4);
      expect(readFileSync(written['response-path'] ?? '', 'utf8')).toBe(whole);
    },
  );

  test('keep a response of exactly 900 KiB whole', () => {
    const file = JSON.stringify(resolve('src/outputs.ts'));
    const script = `import { writeOutputs } from ${file};
      writeOutputs({ ...${JSON.stringify(outputs)}, response: 'é'.repeat(${responseBytes / 2}) });`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: files });
    const written = entriesOf(join(folder, 'output'));
    expect(written['response']).toBe('é'.repeat(responseBytes / 2));
    expect(written['response-path']).toBe('');
  });
});

describe('state and summary', () => {
  test('the path of the journal comes back in post', () => {
    call('saveJournalPath', '/t/journal');
    const { journal } = entriesOf(join(folder, 'state'));
    expect(call('readJournalPath', undefined, { ...files, STATE_journal: journal ?? '' })).toBe(
      '/t/journal\n',
    );
    expect(call('readJournalPath')).toBe('');
  });

  test('the summary is added to', () => {
    call('writeSummary', 'one');
    call('writeSummary', 'two');
    expect(readFileSync(join(folder, 'summary'), 'utf8')).toBe('one\ntwo\n');
  });

  test('the summary goes nowhere outside a runner', () => {
    expect(call('writeSummary', 'one', {})).toBe('');
  });
});

describe('the log', () => {
  /** The commands that the runner would take from what was printed, as it parses them. */
  function commandsIn(printed: string): string[] {
    const commands: string[] = [];
    let stop: string | undefined;
    for (const line of printed.split(/\r\n|\n|\r/)) {
      const isCommand = /^[\s\u0085]*::\S+?(?: .*?)?::/.test(line) || line.includes('##[');
      if (stop !== undefined) stop = line.trim() === `::${stop}::` ? undefined : stop;
      else if (line.startsWith('::stop-commands::')) stop = line.slice('::stop-commands::'.length);
      else if (isCommand) commands.push(line);
    }
    expect(stop).toBeUndefined();
    return commands;
  }

  const foreign = [
    '::add-mask::a',
    'hello\n::error::a\nbye',
    '  ::error::a',
    'hello\r::error::a',
    'see ##[add-mask]a',
    '::stop-commands::x\n::error::a\n::x::\n::error::b',
    // White space to .NET, by which the runner trims a line, and none to JavaScript.
    '\u0085::error::a',
  ];

  const separator = '--- next ---\n';

  /** What each of the texts is printed as, by one process for them all. */
  function printedBy(name: string): string[] {
    const file = JSON.stringify(resolve('src/outputs.ts'));
    const script = `import { ${name} } from ${file};
      for (const text of ${JSON.stringify(foreign)}) {
        ${name}(text);
        process.stdout.write(${JSON.stringify(separator)});
      }
      process.exitCode = 0;`;
    const args = ['--input-type=module', '-e', script];
    const printed = execFileSync(process.execPath, args, { env: files, encoding: 'utf8' });
    return printed.split(separator).slice(0, -1);
  }

  test.each(['logInfo', 'logFenced'])('takes no command from a text that %s writes', (name) => {
    const printed = printedBy(name);
    for (const [index, text] of foreign.entries()) {
      expect(printed[index]).toContain(text);
      expect(commandsIn(printed[index] ?? '')).toEqual([]);
    }
  });

  test.each([
    ['logWarning', '::warning::'],
    ['logError', '::error::'],
    ['failStep', '::error::'],
  ])('has one line and one command for each text that %s writes', (name, command) => {
    for (const printed of printedBy(name)) {
      expect(printed.trimEnd().split(/[\r\n]/)).toHaveLength(1);
      expect(printed.startsWith(command)).toBe(true);
    }
  });

  test('a plain line is a plain line', () => {
    expect(call('logInfo', 'OpenCode 1.18.33: ready')).toBe('OpenCode 1.18.33: ready\n');
  });

  test('every line of a secret is masked, and nothing is no secret', () => {
    expect(call('maskSecret', 'one\ntwo\n').split('\n').filter(Boolean)).toEqual([
      '::add-mask::one%0Atwo%0A',
      '::add-mask::one',
      '::add-mask::two',
    ]);
    expect(call('maskSecret', ' ')).toBe('');
  });
});

test('nothing is written but through the redactor', () => {
  const file = JSON.stringify(resolve('src/outputs.ts'));
  const script = `import * as o from ${file};
    o.redactWith((text) => text.replaceAll('secret', '***'));
    for (const write of [o.logInfo, o.logWarning, o.logError, o.logFenced, o.failStep, o.writeSummary])
      write('a secret b');
    o.logInfo('::secret');
    o.writeOutputs({ ...${JSON.stringify(outputs)}, response: 'a secret', sessionId: 'secret' });
    process.exitCode = 0;`;
  const args = ['--input-type=module', '-e', script];
  const printed = execFileSync(process.execPath, args, { env: files, encoding: 'utf8' });
  const summary = readFileSync(join(folder, 'summary'), 'utf8');
  expect(printed.match(/a \*\*\* b/g)).toHaveLength(5);
  expect(summary).toBe('a *** b\n');
  expect(entriesOf(join(folder, 'output'))).toMatchObject({
    response: 'a ***',
    'session-id': '***',
  });
  expect(printed + summary + readFileSync(join(folder, 'output'), 'utf8')).not.toContain('secret');
});
