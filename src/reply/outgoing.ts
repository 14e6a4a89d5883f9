import { type Piece, readMarkdown } from '../markdown/parse.ts';
import { type Audience, isOnGitHub } from './audience.ts';
import { unlinkImages } from './images.ts';
import { muteMentions } from './mentions.ts';
import { readEffects } from './page.ts';
import { unlinkTags } from './tags.ts';

/** A change of a text: what stands from `from` to `to` becomes `text`. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

/** All that can become an image or a mention has one of these. */
const suspicious = /@|!\[|<[a-z]|&(?:#0*64|#x0*40|commat);/i;

/**
 * The agent's Markdown as it may stand on GitHub: images on hosts other than GitHub's become links,
 * since whoever is named in such an address learns all that it holds as soon as somebody looks; and
 * mentions of people and teams who are not on the thread are shown as code, since they would be
 * called. All else stays to the letter.
 */
export function renderHarmless(text: string, audience: Audience): string {
  if (!suspicious.test(text)) return text;
  let shown = text;
  for (let round = 0; round < mostRounds; round += 1) {
    const pieces = readMarkdown(shown);
    const edits = pieces === undefined ? [] : findEdits(shown, pieces, audience);
    shown = apply(shown, edits);
    if (isHarmless(shown, audience)) return shown;
    if (edits.length === 0) break;
  }
  return renderInert(text);
}

/** An edit can change what is read around it, such as a tag that began a block. */
const mostRounds = 4;

/** Parsers differ at the edges of Markdown: the last word has another one, and a browser's. */
function isHarmless(text: string, audience: Audience): boolean {
  const { called, fetched } = readEffects(text);
  const known = audience.people.map((login) => login.toLowerCase());
  return (
    called.every((name) => known.includes(name.toLowerCase().replace(/[-_]+$/, ''))) &&
    fetched.every((address) => isOnGitHub(address, audience))
  );
}

function findEdits(text: string, pieces: readonly Piece[], audience: Audience): Edit[] {
  const isAllowed = (address: string): boolean => isOnGitHub(address, audience);
  return [
    ...unlinkImages(text, pieces, isAllowed),
    ...unlinkTags(text, pieces, isAllowed),
    ...muteMentions(text, pieces, audience.people),
  ];
}

/** The same for a text that nobody can read as Markdown: no image, tag or mention is left in it. */
export function renderInert(text: string): string {
  return text
    .replaceAll('![', String.raw`!\[`)
    .replaceAll(/<(?=[a-z!?/])/gi, '&lt;')
    .replaceAll(/@|&(?:#0*64|#x0*40|commat);/gi, '@&#8203;');
}

/** Of edits that overlap, the first in the text counts. */
function apply(text: string, edits: readonly Edit[]): string {
  let changed = '';
  let at = 0;
  for (const { from, to, text: instead } of edits.toSorted((a, b) => a.from - b.from)) {
    if (from < at) continue;
    changed += text.slice(at, from) + instead;
    at = to;
  }
  return changed + text.slice(at);
}
