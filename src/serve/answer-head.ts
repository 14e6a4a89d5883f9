/** How many bytes a body has, or how its end is told: RFC 9112, section 6.3. */
export type BodyEnd = number | 'chunked' | 'until-close';

/** The head of an answer of OpenCode's. */
export interface AnswerHead {
  status: number;
  /** Raw: name, value, name, value, in the order in which they came. */
  headers: string[];
  body: BodyEnd;
  /** Nothing more can be asked on its connection. */
  isLast: boolean;
}

/** RFC 9112, section 4; there is no class of status beyond 5 (RFC 9110, section 15). */
const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** RFC 9110, section 5.6.2: a line that begins with a space (folded) has no name. */
const token = /^[\w!#$%&'*+\-.^`|~]+$/;
/** RFC 9110, section 5.5: a control character, a bare CR and a bare LF among them. */
const beyondValue = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Reads the head of an answer to `method`: its lines, without the empty one behind them. Undefined
 * where it is malformed, or where two readers could see the end of its body in two places: what comes
 * behind that end is the next answer, and may be somebody else's.
 */
export function readAnswerHead(text: string, method: string): AnswerHead | undefined {
  const lines = text.split('\r\n');
  const [, minor, digits] = statusLine.exec(lines[0] ?? '') ?? [];
  if (digits === undefined) return undefined;
  const headers: string[] = [];
  for (let index = 1; index < lines.length; index += 1)
    if (!readField(lines[index] ?? '', headers)) return undefined;
  const framing = readFraming(headers);
  if (framing === undefined || (framing.isChunked && minor === '0')) return undefined;
  const status = Number(digits);
  const body = bodyOf(status, method, framing);
  if (body === undefined) return undefined;
  const isLast = framing.isClosed || minor === '0' || body === 'until-close';
  return { status, headers, body, isLast };
}

/** Reads a line `name: value`, and adds it raw; false where it is none (RFC 9112, section 5). */
export function readField(line: string, into: string[]): boolean {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  const value = trimBlanks(line, colon + 1);
  if (!token.test(name) || beyondValue.test(value)) return false;
  into.push(name, value);
  return true;
}

/** By hand: a pattern for blanks at the end takes quadratic time. */
function trimBlanks(text: string, from: number): string {
  let start = from;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

interface Framing {
  length: number | undefined;
  isChunked: boolean;
  isClosed: boolean;
}

/** Undefined for two lengths, even equal ones, for one beside a coding, and for any coding but one. */
function readFraming(headers: readonly string[]): Framing | undefined {
  let isClosed = false;
  let isChunked = false;
  let length: number | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]?.toLowerCase();
    const value = headers[index + 1] ?? '';
    if (name === 'connection') isClosed ||= /(?:^|[,\s])close(?:$|[,\s])/i.test(value);
    if (name !== 'content-length' && name !== 'transfer-encoding') continue;
    if (isChunked || length !== undefined) return undefined;
    if (name === 'content-length' ? !/^\d{1,15}$/.test(value) : !/^chunked$/i.test(value))
      return undefined;
    if (name === 'content-length') length = Number(value);
    else isChunked = true;
  }
  return { length, isChunked, isClosed };
}

/** Undefined where a head that has no body says that it has one, and for a protocol nobody asked for. */
function bodyOf(
  status: number,
  method: string,
  { length, isChunked }: Framing,
): BodyEnd | undefined {
  if (status === 101) return undefined;
  if (status < 200 || status === 204) return isChunked || (length ?? 0) > 0 ? undefined : 0;
  if (status === 304 || method === 'HEAD') return 0;
  return isChunked ? 'chunked' : (length ?? 'until-close');
}
