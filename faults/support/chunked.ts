/**
 * HTTP's chunked transfer coding, as much of it as a proxy needs that cuts bodies anywhere.
 * https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */

/** One chunk on the wire. */
export function encodeChunk(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

/** What ends a body: without it, the client sees a connection that broke. */
export const lastChunk = Buffer.from('0\r\n\r\n');

/** Gives out the head of a response as it came, and then the data of its chunks. */
export function createResponseDecoder(
  onHead: (head: Buffer) => void,
  onData: (data: Buffer) => void,
): (bytes: Buffer) => void {
  const decode = createChunkDecoder(onData);
  let head: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    if (head === undefined) return decode(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n') + 4;
    if (end === 3) return;
    const [first, rest] = [head.subarray(0, end), head.subarray(end)];
    head = undefined;
    onHead(first);
    if (rest.length > 0) decode(rest);
  };
}

/** Gives out the data of the chunks that it is fed, however they are cut; trailers are not known. */
export function createChunkDecoder(onData: (data: Buffer) => void): (bytes: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    for (;;) {
      const lineEnd = held.indexOf('\r\n');
      if (lineEnd === -1) return;
      const size = Number.parseInt(held.subarray(0, lineEnd).toString('latin1'), 16);
      const end = lineEnd + 2 + size;
      if (Number.isNaN(size)) throw new Error('The server sent no chunked body.');
      if (held.length < end + 2) return;
      const data = held.subarray(lineEnd + 2, end);
      held = held.subarray(end + 2);
      onData(data);
      if (size === 0) return;
    }
  };
}
