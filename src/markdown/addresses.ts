import { readMarkdown } from './parse.ts';

/** An address in a Markdown text. */
export interface Address {
  url: string;
  /** What stands for it in the text: an image or a tag of HTML whole, of a link the address alone. */
  from: number;
  /** Exclusive. */
  to: number;
}

/**
 * The addresses of images, links, definitions and tags of HTML, and bare ones, in order; none of code
 * and of comments. A text too dense to be read (`readMarkdown`) has none.
 */
export function readAddresses(text: string): Address[] {
  const found: Address[] = [];
  let image: { to: number; depth: number; address: Address } | undefined;
  for (const { name, from, to, depth } of readMarkdown(text) ?? []) {
    if (image !== undefined && from >= image.to) image = undefined;
    if (name === 'Image' && image === undefined) {
      image = { to, depth, address: { url: '', from, to } };
      found.push(image.address);
    } else if (name === 'URL') {
      const url = readUrl(text.slice(from, to));
      if (image === undefined) found.push({ url, from, to });
      else if (depth === image.depth + 1) image.address.url = url;
    } else if (name.startsWith('HTML')) found.push(...readTags(text.slice(from, to), from));
  }
  return found.filter(({ url }) => url !== '');
}

function readUrl(source: string): string {
  return unescape(source.replace(/^<([^]*)>$/, '$1').trim());
}

/** The one character of an address that HTML and Markdown have another spelling for. */
function unescape(url: string): string {
  return url.replaceAll('&amp;', '&');
}

/** A tag counts once, with its first address. */
function readTags(html: string, at: number): Address[] {
  return [...html.matchAll(/<[a-z][^<>]*>/gi)].flatMap((tag) => {
    const address = /\b(?:src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag[0]);
    const url = address?.[1] ?? address?.[2] ?? address?.[3];
    if (url === undefined) return [];
    const from = at + tag.index;
    return [{ url: unescape(url.trim()), from, to: from + tag[0].length }];
  });
}
