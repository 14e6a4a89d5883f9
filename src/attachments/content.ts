import { attachmentPixels, attachmentSide } from '../limits/attachments.ts';

/** What a file is by its content, or why the agent does not get it. */
export type Content = { mime: string } | { refused: string };

interface Size {
  width: number;
  height: number;
}

/**
 * Tells by its content what a file is, whatever its name and its sender say: an image whose header
 * claims a size within bounds, a PDF, or text in UTF-8. SVG is text. All else is named, not sent.
 */
export function readContent(bytes: Uint8Array, name: string | undefined): Content {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length === 0) return { refused: 'it is empty' };
  const image = readImage(data);
  if (image !== undefined) return checkSize(image.mime, image.size);
  if (data.subarray(0, 5).toString('latin1') === '%PDF-') return { mime: 'application/pdf' };
  const text = readText(bytes);
  if (text === undefined) return { refused: 'it is neither an image, a PDF nor a text' };
  // What GitHub shows in a file's place: to sign in, or that it is gone.
  if (/^\s*<(?:!doctype html|html)\b/i.test(text.slice(0, 1_000)) && !/\.html?$/i.test(name ?? ''))
    return { refused: 'it is a web page' };
  return { mime: 'text/plain' };
}

/** A file's text; undefined where it is none: UTF-8 without a NUL. */
export function readText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function checkSize(mime: string, size: Size | undefined): Content {
  if (size === undefined || size.width < 1 || size.height < 1)
    return { refused: 'it is an image that cannot be read' };
  const { width, height } = size;
  if (Math.max(width, height) > attachmentSide || width * height > attachmentPixels)
    return { refused: `it has ${width} x ${height} pixels, which is too many` };
  return { mime };
}

function readImage(data: Buffer): { mime: string; size: Size | undefined } | undefined {
  const begin = data.subarray(0, 12).toString('latin1');
  if (begin.startsWith('\x89PNG\r\n\x1a\n')) return { mime: 'image/png', size: sizeOfPng(data) };
  if (/^GIF8[79]a/.test(begin)) return { mime: 'image/gif', size: sizeOfGif(data) };
  if (begin.startsWith('\xff\xd8\xff')) return { mime: 'image/jpeg', size: sizeOfJpeg(data) };
  if (/^RIFF[^]{4}WEBP$/.test(begin)) return { mime: 'image/webp', size: sizeOfWebp(data) };
  return undefined;
}

/** https://www.w3.org/TR/png-3/#11IHDR */
function sizeOfPng(data: Buffer): Size | undefined {
  if (data.length < 33 || data.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

/** The logical screen: https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
function sizeOfGif(data: Buffer): Size | undefined {
  if (data.length < 13) return undefined;
  return { width: data.readUInt16LE(6), height: data.readUInt16LE(8) };
}

/** The first frame header: https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.2.2) */
function sizeOfJpeg(data: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= data.length;) {
    const marker = data[at + 1] ?? 0;
    if (data[at] !== 0xff) return undefined;
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    else at += 2 + Math.max(2, data.readUInt16BE(at + 2));
  }
  return undefined;
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function sizeOfWebp(data: Buffer): Size | undefined {
  if (data.length < 30) return undefined;
  switch (data.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = data.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
