/** One member of a tar archive; names are bytes, whatever they spell. */
export interface TarMember {
  name: Buffer;
  kind: 'file' | 'link' | 'folder';
  isExecutable?: boolean;
  /** Of a file. */
  bytes?: number;
  /** Where a link leads. */
  target?: Buffer;
  /** A record of ours in a header of pax. */
  record?: readonly [key: string, value: string];
}

const block = 512;
const types = { file: '0', link: '2', folder: '5' } as const;

/**
 * The headers of a member, in the format of GNU tar, whose long names are bytes, where those of pax
 * are UTF-8. https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
export function tarHeaders(member: TarMember): Buffer {
  const { name, kind, isExecutable = false, bytes = 0, target, record } = member;
  const named = kind === 'folder' ? Buffer.concat([name, Buffer.from('/')]) : name;
  const mode = kind === 'file' && !isExecutable ? 0o644 : 0o755;
  return Buffer.concat([
    ...(record === undefined ? [] : [extended('x', paxRecord(record))]),
    ...(target !== undefined && target.length > fields.linkname.length
      ? [extended('K', Buffer.concat([target, nul]))]
      : []),
    ...(named.length > fields.name.length ? [extended('L', Buffer.concat([named, nul]))] : []),
    header({ name: named, type: types[kind], mode, bytes, target }),
  ]);
}

/** What a file's content is followed by, up to a whole block. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((block - (bytes % block)) % block);
}

/** What an archive ends with. */
export const tarEnd: Buffer = Buffer.alloc(2 * block);

const nul = Buffer.from('\0');

const fields = {
  name: { at: 0, length: 100 },
  linkname: { at: 157, length: 100 },
} as const;

function extended(type: 'L' | 'K' | 'x', content: Buffer): Buffer {
  const name = Buffer.from(type === 'x' ? 'record' : '././@LongLink');
  const head = header({ name, type, mode: 0o644, bytes: content.length, target: undefined });
  return Buffer.concat([head, content, tarPadding(content.length)]);
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03 */
function paxRecord([key, value]: readonly [string, string]): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (length !== rest.length + String(length).length)
    length = rest.length + String(length).length;
  return Buffer.from(`${length}${rest}`);
}

interface Fields {
  name: Buffer;
  type: string;
  mode: number;
  bytes: number;
  target: Buffer | undefined;
}

function header({ name, type, mode, bytes, target }: Fields): Buffer {
  const head = Buffer.alloc(block);
  const octal = (value: number, at: number, digits: number): void =>
    void head.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  name.copy(head, fields.name.at, 0, fields.name.length);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes, 124, 11);
  octal(0, 136, 11);
  head.write(type, 156, 'latin1');
  target?.copy(head, fields.linkname.at, 0, fields.linkname.length);
  head.write('ustar  \0', 257, 'latin1');
  // The sum is made with spaces in its own place.
  head.write('        ', 148, 'latin1');
  const sum = head.reduce((all, byte) => all + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
}
