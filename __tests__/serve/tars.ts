/** Tar archives of any kind, header by header. */

/** What a header says, true or not. */
export interface Header {
  name: string;
  /** `0` a file, `1` a hard link, `2` a link, `3` a device, `5` a folder, `6` a pipe. */
  type?: string;
  mode?: number;
  /** What is said of the content's length, where that is not its own. */
  size?: number;
  linkname?: string;
  content?: string | Buffer;
  /** `ustar` with a prefix in place of GNU's. */
  prefix?: string;
  isSumWrong?: boolean;
}

/** One member with its content; text is a character a byte. */
export function member(header: Header): Buffer {
  const content = Buffer.from(header.content ?? '');
  const head = Buffer.alloc(512);
  const { name, type = '0', mode = 0o644, size = content.length, linkname = '', prefix } = header;
  head.write(name, 0, 100, 'latin1');
  head.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  head.write(`${'0'.repeat(11)}\0`, 136, 'latin1');
  head.write(type, 156, 'latin1');
  head.write(linkname, 157, 100, 'latin1');
  head.write(prefix === undefined ? 'ustar  \0' : 'ustar\x0000', 257, 'latin1');
  if (prefix !== undefined) head.write(prefix, 345, 155, 'latin1');
  head.write('        ', 148, 'latin1');
  const sum = head.reduce((all, byte) => all + byte, header.isSumWrong ? 1 : 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([head, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A header of pax before another member. */
export function pax(records: Record<string, string>, type: 'x' | 'g' = 'x'): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest;
    while (length !== rest + String(length).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return member({ name: 'pax', type, content: lines.join('') });
}

/** GNU's header of a long name, or a long link. */
export function long(text: string, type: 'L' | 'K' = 'L'): Buffer {
  return member({ name: '././@LongLink', type, content: Buffer.from(`${text}\0`, 'latin1') });
}

/** What an archive ends with. */
export const end = Buffer.alloc(1024);
