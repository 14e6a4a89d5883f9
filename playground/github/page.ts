import type { Outgoing } from './answer.ts';

const DEFAULT_SIZE = 30;
const LARGEST_SIZE = 100;

/**
 * One page of a list, with GitHub's `Link` header: `per_page` is 30 and at most 100, `page` counts
 * from 1. https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function page(list: unknown[], query: Record<string, string>, url: string): Outgoing {
  const size = Math.min(Number(query['per_page'] ?? DEFAULT_SIZE), LARGEST_SIZE);
  const current = Number(query['page'] ?? 1);
  const last = Math.max(1, Math.ceil(list.length / size));
  const link = (name: string, number: number): string => {
    const search = new URLSearchParams({ ...query, page: String(number) });
    return `<${url}?${search.toString()}>; rel="${name}"`;
  };
  const before = current > 1 ? [link('prev', current - 1)] : [];
  const after = current < last ? [link('next', current + 1), link('last', last)] : [];
  const links = [...before, ...after, ...(current > 1 ? [link('first', 1)] : [])];
  return {
    status: 200,
    headers: links.length > 0 ? { link: links.join(', ') } : {},
    body: list.slice((current - 1) * size, current * size),
  };
}
