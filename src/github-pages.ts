import * as v from 'valibot';
import { ActionError } from './errors.ts';
import { toGitHubError } from './github.ts';
import type { GitHub } from './github.ts';
import { pageSize } from './limits.ts';

/** One list of GitHub's, as an Octokit route (`GET /repos/...`) with what fills it in. */
export interface List<Item> {
  route: string;
  parameters: Record<string, string | number>;
  /** What one item must look like. */
  item: v.GenericSchema<unknown, Item>;
  /** Completes "Could not ..." where it fails. */
  attempted: string;
  /** The newest so many are read, in whole pages; older pages are left out. */
  newest: number;
}

/** The items that were read, in GitHub's order (oldest first), and how many before them were not. */
export interface Pages<Item> {
  items: Item[];
  leftOut: number;
}

interface Page<Item> {
  items: Item[];
  link: string;
}

/**
 * Reads a list: the first page, and then, since it says how many there are, the newest of the others
 * side by side. Throws `github-error`.
 * https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export async function readPages<Item>(
  github: GitHub,
  list: List<Item>,
  signal: AbortSignal,
): Promise<Pages<Item>> {
  const first = await readPage(github, list, 1, signal);
  const last = pageNumber(first.link, 'last');
  if (last === undefined) return readOn(github, list, first, signal);
  const from = Math.max(2, last - Math.ceil(list.newest / pageSize) + 1);
  const numbers = Array.from({ length: last - from + 1 }, (_, index) => from + index);
  const rest = await Promise.all(numbers.map((number) => readPage(github, list, number, signal)));
  const items = rest.flatMap((page) => page.items);
  if (from === 2) return { items: [...first.items, ...items], leftOut: 0 };
  return { items, leftOut: (from - 1) * pageSize };
}

/** Page after page, where GitHub does not say how many there are. */
async function readOn<Item>(
  github: GitHub,
  list: List<Item>,
  first: Page<Item>,
  signal: AbortSignal,
): Promise<Pages<Item>> {
  const items = [...first.items];
  let next = pageNumber(first.link, 'next');
  while (next !== undefined) {
    const page = await readPage(github, list, next, signal);
    items.push(...page.items);
    next = pageNumber(page.link, 'next');
  }
  const leftOut = Math.max(0, items.length - list.newest);
  return { items: items.slice(leftOut), leftOut };
}

async function readPage<Item>(
  github: GitHub,
  { route, parameters, item, attempted }: List<Item>,
  page: number,
  signal: AbortSignal,
): Promise<Page<Item>> {
  const asked = { ...parameters, per_page: pageSize, page, request: { signal } };
  const response = await github.request(route, asked).catch((thrown: unknown) => {
    throw toGitHubError(thrown, attempted);
  });
  return {
    items: readAnswer(v.array(item), response.data, attempted),
    link: response.headers.link ?? '',
  };
}

/** What GitHub answered, checked; throws `github-error` where it is not what it should be. */
export function readAnswer<Answer>(
  schema: v.GenericSchema<unknown, Answer>,
  data: unknown,
  attempted: string,
): Answer {
  const read = v.safeParse(schema, data);
  if (read.success) return read.output;
  const [issue] = read.issues;
  const field = v.getDotPath(issue) ?? 'it';
  const wrong = `${field} is not ${issue.expected ?? 'what it should be'}`;
  throw new ActionError(
    'github-error',
    `Could not ${attempted}: GitHub's answer cannot be read (${wrong}).`,
    { hint: 'Look for a proxy between the runner and GitHub.' },
  );
}

function pageNumber(link: string, rel: 'next' | 'last'): number | undefined {
  for (const part of link.split(',')) {
    const [, url, name] = /<([^>]+)>;\s*rel="([a-z]+)"/.exec(part) ?? [];
    const page = name === rel ? Number(URL.parse(url ?? '')?.searchParams.get('page')) : 0;
    if (Number.isInteger(page) && page > 1) return page;
  }
  return undefined;
}
