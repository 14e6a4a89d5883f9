import { busyWithinMs } from './limits.ts';

/** What became of a prompt that was passed on. */
export type PromptEnd =
  /** It was taken: the session is at work, or will be. */
  | 'taken'
  /** It was not: the session is as it was. */
  | 'refused'
  /** Its whole turn was waited for, and is over. */
  | 'over'
  /** Nobody knows: OpenCode is asked. */
  | 'unknown';

/** Which sessions are at work, each of them holding one slot. */
export interface Slots {
  /** How many are held. */
  readonly size: number;
  /** Begins a prompt: false where there is no slot for its session. */
  admit(session: string, directory: string | undefined): boolean;
  /** Ends what `admit` began. */
  settle(session: string, end: PromptEnd): void;
  holds(session: string): boolean;
  /** OpenCode says that it is at work; where it held no slot, it does now, full or not. */
  busy(session: string, directory: string | undefined): void;
  /** OpenCode says that it is not, any more or yet. */
  idle(session: string): void;
  /** It is no more. */
  remove(session: string): void;
  /** OpenCode has ended, and all sessions' work with it. */
  clear(): void;
  /** Takes in which sessions of a directory were at work after `askedAt`, by the slots' own clock. */
  check(directory: string | undefined, busy: ReadonlySet<string>, askedAt: number): void;
  /** Those with sessions at work. */
  directories(): (string | undefined)[];
}

interface Slot {
  directory: string | undefined;
  /** Prompts that are being passed on. */
  passing: number;
  takenAt: number;
  wasBusy: boolean;
  /** Something said that it may be over. */
  isDoubtful: boolean;
}

/**
 * Slots for `max` sessions. A session's second prompt needs no second slot, and a slot is free as soon
 * as anything says for sure that the session is not at work. `now` is a monotonic clock in milliseconds.
 */
export function createSlots(max: number, now: () => number = () => performance.now()): Slots {
  const slots = new Map<string, Slot>();
  const taken = (directory: string | undefined): Slot => {
    return { directory, passing: 0, takenAt: now(), wasBusy: false, isDoubtful: false };
  };
  return {
    get size() {
      return slots.size;
    },
    admit: (session, directory) => {
      const slot = slots.get(session);
      if (slot === undefined && slots.size >= max) return false;
      const held = slot ?? taken(directory);
      held.passing += 1;
      slots.set(session, held);
      return true;
    },
    settle: (session, end) => {
      const slot = slots.get(session);
      if (slot === undefined) return;
      slot.passing = Math.max(0, slot.passing - 1);
      if (end === 'taken' || end === 'unknown') slot.takenAt = now();
      if (slot.passing > 0) return;
      if (end === 'over' || (end === 'refused' && !slot.wasBusy)) slots.delete(session);
    },
    holds: (session) => slots.has(session),
    busy: (session, directory) => {
      const slot = slots.get(session) ?? taken(directory);
      // A session works where it was created, whatever directory its prompt named.
      slot.directory = directory;
      slots.set(session, atWork(slot));
    },
    idle: (session) => {
      const slot = slots.get(session);
      if (slot === undefined) return;
      // The idle of the turn before may come late: only what was seen at work can have ended.
      if (slot.wasBusy && slot.passing === 0) slots.delete(session);
      else slot.isDoubtful = true;
    },
    remove: (session) => void slots.delete(session),
    clear: () => slots.clear(),
    check: (directory, busy, askedAt) => {
      for (const [session, slot] of slots)
        if (slot.directory === directory && !isLeft(slot, busy.has(session), askedAt))
          slots.delete(session);
    },
    directories: () => [...new Set([...slots.values()].map((slot) => slot.directory))],
  };
}

/** Takes in whether a session was at work at a time, and says whether it keeps its slot. */
function isLeft(slot: Slot, isBusy: boolean, askedAt: number): boolean {
  if (!isBusy) return !isOver(slot, askedAt);
  atWork(slot);
  return true;
}

function atWork(slot: Slot): Slot {
  slot.wasBusy = true;
  slot.isDoubtful = false;
  return slot;
}

/** Whether a session that was not at work at a time is done: a prompt may just not have begun. */
function isOver({ passing, takenAt, wasBusy, isDoubtful }: Slot, askedAt: number): boolean {
  if (passing > 0 || takenAt >= askedAt) return false;
  return wasBusy || isDoubtful || askedAt - takenAt > busyWithinMs;
}
