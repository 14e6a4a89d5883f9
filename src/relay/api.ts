/** A call of a model API: what the key may be used for. */
interface Call {
  method: 'GET' | 'POST';
  /** The path behind the base address. No pattern lets an escape, an empty or a dotted segment through. */
  path: RegExp;
  /** Names that its query may have. */
  query?: readonly string[];
}

/** A model API, as a provider's SDK speaks it. */
export interface Api {
  calls: readonly Call[];
  /** The header that the key stands in, in lower case. */
  credential: 'authorization' | 'x-api-key' | 'x-goog-api-key';
}

/** A model's name as one segment of a path. */
const model = String.raw`[A-Za-z0-9][\w.-]*`;

/** https://docs.claude.com/en/api/messages */
export const anthropic: Api = {
  credential: 'x-api-key',
  calls: [
    { method: 'POST', path: /^\/messages$/, query: ['beta'] },
    { method: 'POST', path: /^\/messages\/count_tokens$/, query: ['beta'] },
    { method: 'GET', path: /^\/models$/, query: ['limit', 'before_id', 'after_id'] },
  ],
};

/** https://platform.openai.com/docs/api-reference, and all that are compatible with it. */
export const openai: Api = {
  credential: 'authorization',
  calls: [
    { method: 'POST', path: /^\/chat\/completions$/ },
    { method: 'POST', path: /^\/responses$/ },
    { method: 'POST', path: /^\/completions$/ },
    { method: 'GET', path: /^\/models$/ },
  ],
};

/** https://ai.google.dev/api/all-methods */
export const google: Api = {
  credential: 'x-goog-api-key',
  calls: [
    {
      method: 'POST',
      path: new RegExp(`^/models/${model}:(?:generateContent|streamGenerateContent|countTokens)$`),
      query: ['alt'],
    },
    { method: 'GET', path: /^\/models$/, query: ['pageSize', 'pageToken'] },
    { method: 'GET', path: new RegExp(`^/models/${model}$`) },
  ],
};

/** Whether a call of one of the APIs looks like this; `query` is without its question mark. */
export function isCall(
  apis: readonly Api[],
  method: string | undefined,
  path: string,
  query: string | undefined,
): boolean {
  return apis.some(({ calls }) =>
    calls.some(
      (call) => call.method === method && call.path.test(path) && isQuery(query, call.query ?? []),
    ),
  );
}

/** Plain names and values: a key in the query (`?key=`) is none of them. */
function isQuery(query: string | undefined, names: readonly string[]): boolean {
  if (query === undefined) return true;
  return query.split('&').every((pair) => {
    const [, name] = /^(\w+)=[\w.~%+-]*=*$/.exec(pair) ?? [];
    return name !== undefined && names.includes(name);
  });
}
