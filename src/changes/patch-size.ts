import { inflateSync } from 'node:zlib';

/**
 * The bytes that a patch may unfold to, its own included: a binary hunk may be far larger than its
 * letters, which are packed twice (zlib, and copies out of the old file). Endless where it says what
 * cannot be. Takes time linear in the patch.
 * https://git-scm.com/docs/pack-format#_deltified_representation
 */
export function readPatchSize(patch: Uint8Array): number {
  const lines = Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength);
  let total = lines.length;
  // In a hunk of text no line begins with a letter.
  for (let at = 0; at < lines.length;) {
    const end = endOf(lines, at);
    const head = /^(literal|delta) (\d{1,15})\s*$/.exec(
      lines.toString('latin1', at, Math.min(end, at + 40)),
    );
    at = end + 1;
    if (head === null) continue;
    const [, kind, size = ''] = head;
    total += Number(size);
    if (kind === 'delta' && total < Number.MAX_SAFE_INTEGER) {
      const [packed, next] = readLetters(lines, at);
      at = next;
      total += readResultSize(packed, Number(size));
    }
  }
  return total;
}

function endOf(lines: Buffer, from: number): number {
  const end = lines.indexOf(0x0a, from);
  return end < 0 ? lines.length : end;
}

/** The alphabet of git's base 85: https://github.com/git/git/blob/master/base85.c */
const letters =
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const values = new Map(Array.from(letters, (letter, value) => [letter.charCodeAt(0), value]));

/** What the lines of a hunk hold, and where it ends; each begins with its length, `A` being 1. */
function readLetters(lines: Buffer, from: number): [packed: Buffer, next: number] {
  const pieces: Buffer[] = [];
  let at = from;
  while (at < lines.length) {
    const end = endOf(lines, at);
    const first = lines[at] ?? 0;
    const length = first <= 0x5a ? first - 0x40 : first - 0x60 + 26;
    if (length < 1 || length > 52 || end - at < 6) break;
    const piece = Buffer.alloc(Math.ceil((end - at - 1) / 5) * 4);
    for (let group = 0; at + 1 + group * 5 + 4 < end; group += 1) {
      let value = 0;
      for (let place = 0; place < 5; place += 1)
        value = value * 85 + (values.get(lines[at + 1 + group * 5 + place] ?? 0) ?? 0);
      piece.writeUInt32BE(value % 2 ** 32, group * 4);
    }
    pieces.push(piece.subarray(0, length));
    at = end + 1;
  }
  return [Buffer.concat(pieces), at];
}

/** A delta begins with the size of the old file and that of the new one. */
function readResultSize(packed: Buffer, size: number): number {
  try {
    const delta = inflateSync(packed, { maxOutputLength: Math.max(1, size) });
    let at = 0;
    const next = (): number => {
      let value = 0;
      for (let place = 1; ; place *= 128) {
        const byte = delta[at] ?? 0;
        at += 1;
        value += (byte & 0x7f) * place;
        if ((byte & 0x80) === 0) return value;
      }
    };
    next();
    return next();
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
