import { readFileSync, readdirSync } from 'node:fs';

/** One process of this machine; `startedAt` (ticks since boot) tells it from a later one of its id. */
export interface Process {
  pid: number;
  parent: number;
  startedAt: string;
}

/** All processes that are alive, zombies left out; empty where there is no `/proc`. */
export function listProcesses(): Process[] {
  return folders().flatMap((pid) => readProcess(pid) ?? []);
}

/**
 * One process, or undefined where it is gone or a zombie.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function readProcess(pid: number): Process | undefined {
  const stat = readText(pid, 'stat');
  // The name in parentheses may hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, startedAt] = [fields[0], fields[1], fields[19]];
  if (state === undefined || parent === undefined || startedAt === undefined) return undefined;
  return 'ZX'.includes(state) ? undefined : { pid, parent: Number(parent), startedAt };
}

/** What a process was started with as the variable `name`; undefined: nothing, or not ours to read. */
export function readVariable(pid: number, name: string): string | undefined {
  return variableIn(readText(pid, 'environ'), name);
}

/** The first variable `name` in what `/proc/PID/environ` says, or several of them. */
export function variableIn(environ: string, name: string): string | undefined {
  const entry = environ.split('\0').find((line) => line.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

/** A process and all that descend from it, as far as their line is unbroken. */
export function descendantsOf(root: Process, all: readonly Process[]): Process[] {
  const children = all.filter(({ parent }) => parent === root.pid);
  return [root, ...children.flatMap((child) => descendantsOf(child, all))];
}

function folders(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readText(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
