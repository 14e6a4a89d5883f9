/** Virtual time: what is due happens in order, and nothing waits for a real clock. */
export class Timeline {
  /** Milliseconds since the world began. */
  now = 0;
  /** From 0 to 1, by the seed alone. */
  readonly random: () => number;
  readonly #due: Array<{ at: number; act: () => void }> = [];

  constructor(seed: number) {
    this.random = mulberry32(seed);
  }

  /** Has `act` happen later; the answer takes it back. */
  after(ms: number, act: () => void): () => void {
    const event = { at: this.now + Math.max(0, ms), act };
    const index = this.#due.findLastIndex(({ at }) => at <= event.at);
    this.#due.splice(index + 1, 0, event);
    return () => {
      const found = this.#due.indexOf(event);
      if (found >= 0) this.#due.splice(found, 1);
    };
  }

  /** Lets the next thing happen; false where nothing is due any more. */
  step(): boolean {
    const next = this.#due.shift();
    if (next === undefined) return false;
    this.now = next.at;
    next.act();
    return true;
  }

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[Math.floor(this.random() * values.length)] ?? values[0];
  }
}

/** A small generator with a good spread, enough for a simulation. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
