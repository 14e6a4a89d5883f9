import MarkdownIt from 'markdown-it';
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5';

type Node = DefaultTreeAdapterMap['node'];

/** What a page does with a text beside showing it. */
export interface PageEffects {
  /** Who is called, as written: `login` or `organisation/team`. */
  called: string[];
  /** Addresses that are fetched as soon as it is shown. */
  fetched: string[];
}

const markdown = new MarkdownIt({ html: true });
// It refuses some schemes by itself; GitHub's word for them is another.
markdown.validateLink = () => true;

/** https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/node_filter/mention_filter.rb */
const mention = /(?:^|[^a-z0-9_`/])@([a-z0-9][\w-]*(?:\/[\w.-]+)?)/gi;
/** GitHub makes links of them first. markdown-it's own way takes quadratic time. */
const address = /(?:https?:\/\/|www\.)[\w:/.?=%~+,;#@-]*/gi;
const unheard = new Set(['pre', 'code', 'tt', 'a', 'style', 'script']);

const fetching = new Set(['src', 'srcset', 'poster', 'background', 'data']);

/** Renders a text as CommonMark, reads that as a browser reads HTML, and looks what comes of it. */
export function readEffects(text: string): PageEffects {
  const effects: PageEffects = { called: [], fetched: [] };
  const waiting: { node: Node; isHeard: boolean }[] = [
    { node: parseFragment(markdown.render(text)), isHeard: true },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, isHeard } = next;
    if ('value' in node && isHeard)
      effects.called.push(
        ...[...node.value.replaceAll(address, ' ').matchAll(mention)].map(([, name = '']) => name),
      );
    if ('attrs' in node)
      for (const { name, value } of node.attrs) if (fetching.has(name)) effects.fetched.push(value);
    if (!('childNodes' in node)) continue;
    const isHeardInside = isHeard && !unheard.has(node.nodeName);
    for (const child of node.childNodes) waiting.push({ node: child, isHeard: isHeardInside });
  }
  return effects;
}
