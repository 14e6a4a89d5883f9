import { readAfterMention } from './mention.ts';
import type { ThreadRef } from './trigger.ts';

/** What can be asked for by its name, right behind the mention. */
export type CommandName = 'review' | 'new' | 'stop' | 'retry' | 'status' | 'help';

/** A command on the thread. */
export interface Command {
  name: CommandName;
  /** What stands behind the name, as prose (see `readAfterMention`): empty but for `review` and `new`. */
  words: string;
}

const withWords: ReadonlySet<CommandName> = new Set(['review', 'new']);
const shape =
  /^(?<name>review|new|stop|retry|status|help)(?![\p{L}\p{N}\p{M}_\-/])(?<rest>[^]*)$/iu;

/**
 * The command that a comment gives behind its mention; undefined where all of it is a task. `stop`,
 * `retry`, `status` and `help` stand alone ("/oc stop the build from failing" is a task), and a
 * `review` is one on a pull request only. Pure.
 */
export function readCommand(
  comment: string,
  phrases: readonly string[],
  kind: ThreadRef['kind'],
): Command | undefined {
  const { name, rest = '' } = shape.exec(readAfterMention(comment, phrases) ?? '')?.groups ?? {};
  if (name === undefined) return undefined;
  const command = name.toLowerCase() as CommandName;
  const words = rest.replace(/^[\s.,:;!?]+/u, '').trim();
  if (command === 'review' && kind !== 'pull') return undefined;
  if (words !== '' && !withWords.has(command)) return undefined;
  return { name: command, words };
}
