import { isRecord } from './shapes.ts';

/**
 * The action's own OpenCode configuration with `given` (the input `opencode-config`) merged over
 * it: objects member by member, everything else as a whole. A version that replaces itself would
 * undo the pin; nothing is shared unless asked for; and snapshots, a copy of the whole workspace to
 * a second git repository before and after every step, are for undoing what nobody here can undo.
 */
export function localConfig(
  options: { share: boolean },
  given: unknown = {},
): Record<string, unknown> {
  const share = options.share ? 'manual' : 'disabled';
  const own = { autoupdate: false, snapshot: false, share };
  const merged = merge(own, given);
  return isRecord(merged) ? merged : own;
}

function merge(base: unknown, over: unknown): unknown {
  if (!isPlain(base) || !isPlain(over)) return over;
  // From entries rather than by assignment: a member called `__proto__` is a member like others.
  return Object.fromEntries([
    ...Object.entries(base),
    ...Object.entries(over).map(([key, value]) => [
      key,
      Object.hasOwn(base, key) ? merge(base[key], value) : value,
    ]),
  ]);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !Array.isArray(value);
}
