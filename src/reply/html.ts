/**
 * What raw HTML leaves open for whatever is rendered after it. A browser reads the HTML of a
 * comment as one document, so an unclosed tag, quote, comment or `<details>` takes in our own text.
 */
export interface HtmlState {
  mode: 'text' | 'tag' | 'double-quoted' | 'single-quoted' | 'comment';
  /** How many `<details>` are open. */
  details: number;
}

/** More than this are not closed one by one; no reader unfolds that many. */
const mostDetails = 50;

const ends: Record<HtmlState['mode'], RegExp> = {
  text: /<!--|<\/?[a-z]/gi,
  tag: /[>"']/g,
  'double-quoted': /"/g,
  'single-quoted': /'/g,
  comment: /-->/g,
};

/** Nothing open. */
export function createHtmlState(): HtmlState {
  return { mode: 'text', details: 0 };
}

/**
 * Takes in one line. `isRaw`: it belongs to an HTML block, where nothing is checked; elsewhere only
 * complete tags are HTML, and they leave nothing open but their element. Code spans are not told
 * apart: a `<details>` counts everywhere and a `</details>` only on lines without a backtick, since
 * one end tag too many is ignored and one too few hides what follows.
 */
export function readHtml(state: HtmlState, line: string, isRaw: boolean): void {
  countDetails(state, line);
  if (!isRaw) {
    if (state.mode === 'tag' && line.trim() !== '') state.mode = 'text';
    return;
  }
  const text = `${line}\n`;
  let at = 0;
  for (;;) {
    const end = ends[state.mode];
    end.lastIndex = at;
    const found = end.exec(text);
    if (found === null) return;
    at = end.lastIndex;
    state.mode = nextMode(state.mode, found[0]);
  }
}

/** HTML that closes what is open, one element a line; empty where nothing is. */
export function closeHtml(state: HtmlState): string {
  const details = '</details>';
  const ending = {
    text: '',
    tag: details,
    'double-quoted': '</details ">',
    'single-quoted': "</details '>",
    comment: '<!-- -->',
  }[state.mode];
  const open = Array.from({ length: Math.min(state.details, mostDetails) }, () => details);
  return [ending, ...open].filter((line) => line !== '').join('\n');
}

function nextMode(mode: HtmlState['mode'], found: string): HtmlState['mode'] {
  if (mode === 'text') return found === '<!--' ? 'comment' : 'tag';
  if (mode === 'tag' && found === '"') return 'double-quoted';
  if (mode === 'tag' && found === "'") return 'single-quoted';
  return mode === 'double-quoted' || mode === 'single-quoted' ? 'tag' : 'text';
}

function countDetails(state: HtmlState, line: string): void {
  const hasCode = line.includes('`');
  for (const [tag] of line.matchAll(/<\/?details(?![\w-])/gi)) {
    if (tag[1] !== '/') state.details += 1;
    else if (!hasCode) state.details = Math.max(0, state.details - 1);
  }
}
