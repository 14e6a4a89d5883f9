import { expect, test } from '@jest/globals';
import { readContent } from '../../src/attachments/content.ts';
import { images, pdf, pngOf, zip } from './samples.ts';

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>';

test.each<[string, Uint8Array, string]>([
  ['a PNG', images.png, 'image/png'],
  ['a JPEG', images.jpeg, 'image/jpeg'],
  ['a GIF', images.gif, 'image/gif'],
  ['a WebP', images.webp, 'image/webp'],
  ['a PDF', pdf, 'application/pdf'],
  ['an SVG, which is a text', Buffer.from(svg), 'text/plain'],
  ['a text in Persian', Buffer.from('سلام'), 'text/plain'],
  ['an image as large as may be', pngOf(8_000, 3_125, 1), 'image/png'],
])('%s is told by its content', (_, bytes, mime) => {
  expect(readContent(bytes, 'x.zip')).toEqual({ mime });
});

test.each<[string, Uint8Array, RegExp]>([
  ['nothing', Buffer.alloc(0), /empty/],
  ['an archive', zip, /neither/],
  ['a text with a NUL', Buffer.from('a\0b'), /neither/],
  ['a text in Latin-1', Buffer.from('caf\xe9', 'latin1'), /neither/],
  ['a video', Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), /neither/],
  ['a web page', Buffer.from(' \n<!doctype HTML><p>Sign in'), /web page/],
  ['a PNG without a header', images.png.subarray(0, 12), /cannot be read/],
  ['a GIF without a size', images.gif.subarray(0, 8), /cannot be read/],
  ['a WebP without a size', images.webp.subarray(0, 20), /cannot be read/],
  ['a JPEG without a frame', Buffer.from('ffd8ffe00010', 'hex'), /cannot be read/],
  [
    'a JPEG of markers without an end',
    Buffer.alloc(10_000, 0xff).fill(0xd8, 1, 2),
    /cannot be read/,
  ],
  ['an image without height', pngOf(1, 0), /cannot be read/],
  ['a side too long', pngOf(8_001, 1), /8001 x 1 pixels/],
  ['too many pixels', pngOf(8_000, 8_000, 1), /8000 x 8000 pixels/],
])('%s is refused', (_, bytes, why) => {
  const read = readContent(bytes, 'image.png');
  expect('refused' in read && read.refused).toMatch(why);
});

test('a web page is a text where its name says that it is one', () => {
  expect(readContent(Buffer.from('<html>'), 'page.html')).toEqual({ mime: 'text/plain' });
});
