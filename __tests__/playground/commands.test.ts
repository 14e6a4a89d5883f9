import { describe, expect, test } from '@jest/globals';
import { openLog, parseFileCommands } from '../../playground/commands.ts';

describe('command files', () => {
  test.each([
    ['nothing', '', {}],
    ['a plain value', 'name=value\n', { name: 'value' }],
    ['a value with equals signs', 'query=a=b=c\n', { query: 'a=b=c' }],
    ['an empty value', 'name=\n', { name: '' }],
    ['a value of several lines', 'text<<END\none\n\ntwo=2\nEND\n', { text: 'one\n\ntwo=2' }],
    ['an empty value with a delimiter', 'text<<END\nEND\n', { text: '' }],
    ['several values', 'a=1\nb<<X\n2\nX\n\nc=3\n', { a: '1', b: '2', c: '3' }],
    ['a name given twice', 'a=1\na=2\n', { a: '2' }],
    ['Windows line ends', 'a=1\r\nb<<X\r\n2\r\nX\r\n', { a: '1', b: '2' }],
    ['a delimiter inside a line', 'a<<X\nX marks\nX\n', { a: 'X marks' }],
  ])('%s', (_, text, expected) => {
    expect(parseFileCommands(text)).toEqual(expected);
  });

  test.each([
    ['a line that is no entry', 'nonsense\n', "Invalid format 'nonsense'"],
    ['a value without an end', 'a<<X\n1\n', "No end 'X' of the value of 'a'"],
    ['a value without a delimiter', 'a<<\n1\n', "No end '' of the value of 'a'"],
  ])('%s is an error', (_, text, message) => {
    expect(() => parseFileCommands(text)).toThrow(message);
  });
});

describe('the log', () => {
  test('commands are obeyed and not shown, except what is an annotation', () => {
    const log = openLog([]);
    log.read('::debug::hidden');
    log.read('::warning title=Careful::two%0Alines at 100%25');
    expect(log.text()).toBe('warning: two\nlines at 100%');
    expect(log.annotations).toEqual([{ level: 'warning', message: 'two\nlines at 100%' }]);
  });

  test('secrets and masked values are not shown', () => {
    const log = openLog(['token']);
    log.read('::add-mask::hidden');
    expect(log.read('a token and a hidden value')).toBe('a *** and a *** value');
    expect(log.masks).toEqual(['hidden']);
  });

  test('fenced text is no command', () => {
    const log = openLog([]);
    log.read('::stop-commands::fence');
    log.read('::error::not ours');
    log.read('::fence::');
    log.read('::error::ours');
    expect(log.annotations).toEqual([{ level: 'error', message: 'ours' }]);
  });
});
