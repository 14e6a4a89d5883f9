import type { Piece } from '../markdown/parse.ts';
import type { Edit } from './outgoing.ts';

/**
 * Where HTML stands. Comments and instructions are read as well: a browser ends them elsewhere than
 * Markdown does (`<!-->`, `--!>`), and shows what follows.
 * https://html.spec.whatwg.org/multipage/parsing.html#comment-end-bang-state
 */
const html = /^(?:HTML(?:Block|Tag)|(?:Comment|ProcessingInstruction)(?:Block)?)$/;

/** A tag by its quotation marks; one that is never closed goes on to the end. */
const tag = /<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*(?:>|$)|<[a-z][^>]*(?:>|$)/gi;

/** Attributes that have something fetched as soon as the page is shown. */
const fetching = /[\s/"'](src|srcset|poster|background|data|xlink:href)\s*=/gi;

const attribute = (name: string) =>
  new RegExp(String.raw`[\s/"']${name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>\`]+))`, 'i');

/** Whether a piece is HTML, as far as a browser is concerned. */
export function isHtml({ name }: Piece): boolean {
  return html.test(name);
}

/**
 * Turns `<img>` that `isAllowed` does not let stand into links; other tags that have something
 * fetched from elsewhere, and those that are no plain HTML, are shown as text.
 */
export function unlinkTags(
  text: string,
  pieces: readonly Piece[],
  isAllowed: (address: string) => boolean,
): Edit[] {
  return pieces.filter(isHtml).flatMap(({ from, to }) =>
    [...text.slice(from, to).matchAll(tag)].flatMap((found): Edit[] => {
      const [written] = found;
      const fetched = [...written.matchAll(fetching)].map(([, name = '']) => name.toLowerCase());
      if (fetched.length === 0) return [];
      const src = valueOf(written, 'src');
      const isPlain = fetched.every((name) => name === 'src') && written.endsWith('>');
      if (isPlain && fetched.length === 1 && src !== undefined && isAllowed(src)) return [];
      const isImage = isPlain && src !== undefined && /^<img[\s/]/i.test(written);
      const start = from + found.index;
      const shown = isImage ? linkTo(src, written) : written.replaceAll('<', '&lt;');
      return [{ from: start, to: start + written.length, text: shown }];
    }),
  );
}

function linkTo(src: string, written: string): string {
  const alt = valueOf(written, 'alt')?.trim() || 'image';
  const name = alt.replaceAll('<', '&lt;').replaceAll('@', '@&#8203;');
  return `<a href="${src.replaceAll('"', '%22')}">${name}</a>`;
}

function valueOf(written: string, name: string): string | undefined {
  const [, ...values] = attribute(name).exec(written) ?? [];
  return values.find((value) => value !== undefined);
}
