let waiting: (() => void)[] = [];

/**
 * Does something at the end of this turn of the event loop, in order, when all that had come was read;
 * where nothing else had come, that is at once. Writes that follow each other closely find their readers
 * awake: to wake one costs as much as all the rest of a small write, above all on a virtual machine.
 */
export function atEndOfTurn(work: () => void): void {
  if (waiting.push(work) === 1) setImmediate(doAll);
}

function doAll(): void {
  const all = waiting;
  waiting = [];
  let done = 0;
  try {
    while (done < all.length) all[done++]?.();
  } finally {
    // What one throws is its own affair: the others are other people's.
    for (const work of all.slice(done)) atEndOfTurn(work);
  }
}
