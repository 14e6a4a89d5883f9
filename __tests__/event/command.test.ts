import { describe, expect, test } from '@jest/globals';
import { readCommand } from '../../src/event/command.ts';

const phrases = ['/opencode', '/oc'];

describe('a command stands right behind the mention', () => {
  test.each([
    ['/oc review', 'review', ''],
    ['/oc review the tests only', 'review', 'the tests only'],
    ['Please, /opencode Review: src/a.ts', 'review', 'src/a.ts'],
    ['/oc new what is this?', 'new', 'what is this?'],
    ['/oc new\n\nwhat is this?', 'new', 'what is this?'],
    ['/oc stop', 'stop', ''],
    ['/oc STOP!', 'stop', ''],
    ['/oc retry.', 'retry', ''],
    ['/oc status?', 'status', ''],
    ['**/oc** help\n', 'help', ''],
    ['> /oc fix this\n\n/oc stop', 'stop', ''],
  ])('%j', (comment, name, words) => {
    expect(readCommand(comment, phrases, 'pull')).toEqual({ name, words });
  });
});

describe('what is no command is a task', () => {
  test.each([
    '/oc',
    '/oc fix this',
    '/oc stop the build from failing',
    '/oc help me',
    '/oc status of the build?',
    '/oc retry with more care',
    '/oc reviewer is who?',
    '/oc new-lines are wrong here',
    '/oc stop `make`',
    '/oc please review',
    '`/oc stop`',
    'stop /oc',
  ])('%j', (comment) => {
    expect(readCommand(comment, phrases, 'pull')).toBeUndefined();
  });

  test('and so is a review on an issue', () => {
    expect(readCommand('/oc review this', phrases, 'issue')).toBeUndefined();
  });
});
