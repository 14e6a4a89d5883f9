/** How many pieces are kept before they are joined: what a piece costs beside its letters is bounded. */
const piecesKept = 4_096;

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
 * A text out of pieces, joined when it is read. Adding up a million pieces with `+=` would leave a
 * rope a million deep, and keeping them all apart takes several times their letters in memory.
 */
export function createText(): Text {
  let chunks: string[] = [];
  let pieces: string[] = [];
  const join = (): void => {
    chunks.push(pieces.join(''));
    pieces = [];
  };
  return {
    append: (piece) => {
      if (pieces.push(piece) >= piecesKept) join();
    },
    replace: (whole) => {
      chunks = [whole];
      pieces = [];
    },
    read: () => {
      if (pieces.length > 0) join();
      if (chunks.length > 1) chunks = [chunks.join('')];
      return chunks[0] ?? '';
    },
  };
}
