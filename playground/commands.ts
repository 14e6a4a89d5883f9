/** What an action tells the runner: in files (outputs, state, environment) and in its log. */

/**
 * Reads a file of `name=value` and `name<<delimiter` entries as the runner does: the last entry of
 * a name counts. Throws on a line that is neither, and on a value without an end.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#multiline-strings
 */
export function parseFileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue;
    const [, name, sign, rest = ''] = /^(.+?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (name === undefined) throw new Error(`Invalid format '${line}' in a command file.`);
    values[name] = sign === '=' ? rest : takeUntil(lines, rest, name);
  }
  return values;
}

function takeUntil(lines: string[], delimiter: string, name: string): string {
  const end = delimiter === '' ? -1 : lines.indexOf(delimiter);
  if (end < 0)
    throw new Error(`No end '${delimiter}' of the value of '${name}' in a command file.`);
  return lines
    .splice(0, end + 1)
    .slice(0, -1)
    .join('\n');
}

/** A line that the runner shows as an error, a warning or a notice. */
export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
}

/** A log as the runner reads it, line by line. */
export interface Log {
  /** Takes a line and gives what people see of it; undefined for a command that is not shown. */
  read(line: string): string | undefined;
  /** What people see, masks applied. */
  text(): string;
  annotations: Annotation[];
  /** Values that the action asked to mask. */
  masks: string[];
}

/** A new log; the runner masks the job's own secrets from the start. */
export function openLog(secrets: readonly string[]): Log {
  const annotations: Annotation[] = [];
  const masks: string[] = [];
  const shown: string[] = [];
  let stopped: string | undefined;

  const show = (line: string): string => {
    const masked = [...secrets, ...masks].reduce(
      (text, mask) => text.replaceAll(mask, '***'),
      line,
    );
    shown.push(masked);
    return masked;
  };
  const obey = (command: string, message: string): string | undefined => {
    if (command === 'stop-commands') stopped = message;
    if (command === 'add-mask' && message !== '') masks.push(message);
    const level = (['error', 'warning', 'notice'] as const).find((name) => name === command);
    if (level === undefined) return undefined;
    annotations.push({ level, message });
    return show(`${level}: ${message}`);
  };
  return {
    annotations,
    masks,
    text: () => shown.join('\n'),
    read(line) {
      const [, command = '', message = ''] = /^\s*::([\w-]+)[^:]*::(.*)$/s.exec(line) ?? [];
      if (stopped !== undefined) {
        if (command === stopped) stopped = undefined;
        return show(line);
      }
      return command === '' ? show(line) : obey(command, unescape(message));
    },
  };
}

/** The toolkit writes line breaks and percent signs of a message like this. */
function unescape(message: string): string {
  return message.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
