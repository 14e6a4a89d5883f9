/** How many pieces are kept before they are packed. */
const piecesKept = 1_024;

/** A text that grows by many small pieces and is read now and then. */
export interface Text {
  /** Puts a piece at the end. */
  append(piece: string): void;
  /** Puts this in the place of all there was. */
  replace(whole: string): void;
  /** All there is, as one string. */
  read(): string;
}

/**
 * A text out of pieces, put together when it is read. Until then pieces are packed outside of the
 * JavaScript heap: a million small strings that stay alive make V8 grow the space it starts them
 * in, which took 60 MB more for 13 MB of text (`bench/deltas.ts`).
 */
export function createText(): Text {
  let whole = '';
  let packed: Buffer[] = [];
  let pieces: string[] = [];
  return {
    append: (piece) => {
      if (pieces.push(piece) < piecesKept) return;
      // UTF-16, since a delta may end in the middle of a surrogate pair.
      packed.push(Buffer.from(pieces.join(''), 'utf16le'));
      pieces = [];
    },
    replace: (text) => {
      whole = text;
      packed = [];
      pieces = [];
    },
    read: () => {
      if (packed.length > 0) whole += Buffer.concat(packed).toString('utf16le');
      if (pieces.length > 0) whole += pieces.join('');
      packed = [];
      pieces = [];
      return whole;
    },
  };
}
