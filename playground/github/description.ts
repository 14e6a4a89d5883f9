/** Checks traffic against GitHub's own OpenAPI description (openapi.json, see scripts/). */
import { readFileSync } from 'node:fs';
import { OpenAPIBackend, type Document, type Operation } from 'openapi-backend';

/** A request as it is checked; `body` is parsed JSON. */
export interface CheckedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
}

/** A call of GitHub's API: its name there (`issues/create-comment`) and what the path says. */
export interface KnownCall {
  operation: string;
  params: Record<string, string>;
}

/** Finds calls, and says in sentences what does not fit. */
export interface Description {
  /** The names of all calls. */
  operations: string[];
  find(request: CheckedRequest): KnownCall | undefined;
  checkRequest(request: CheckedRequest, call: KnownCall): string[];
  /** Statuses that the description does not name pass. */
  checkResponse(status: number, body: unknown, call: KnownCall): string[];
}

type Schema = Record<string, unknown>;

let read: Promise<Description> | undefined;

/** The description, read once a process: a call's first check takes 20 to 100 ms, later ones none. */
export async function openDescription(): Promise<Description> {
  read ??= readDescription();
  return await read;
}

async function readDescription(): Promise<Description> {
  const text = readFileSync(new URL('openapi.json', import.meta.url), 'utf8');
  const definition: Document = JSON.parse(text);
  const ajvOpts = { validateFormats: false, allErrors: true };
  const backend = new OpenAPIBackend({ definition, quick: true, ajvOpts });
  await backend.init();
  const { router, validator } = backend;
  const operationOf = ({ operation }: KnownCall): Operation | undefined =>
    router.getOperation(operation);
  return {
    operations: router.getOperations().flatMap(({ operationId }) => operationId ?? []),
    find(asked) {
      const request = { ...asked, path: joinName(asked.path) };
      const found = router.matchOperation(request);
      if (found?.operationId === undefined) return undefined;
      const { params } = router.parseRequest(request, found);
      return { operation: found.operationId, params: params as Record<string, string> };
    },
    checkRequest(request, call) {
      const operation = operationOf(call);
      const named = { ...request, path: joinName(request.path) };
      const { errors } = validator.validateRequest(named, operation);
      return [...sentences(errors), ...extras(request.body, bodySchema(operation), 'body')];
    },
    checkResponse(status, body, call) {
      const operation = operationOf(call);
      if (operation?.responses?.[status] === undefined) return [];
      if (typeof body === 'string') return [];
      return sentences(validator.validateResponse(body ?? null, operation, status).errors);
    },
  };
}

/** Names of references and branches may stand in an address with their slashes as they are. */
function joinName(path: string): string {
  const [, place, name] =
    /^(\/repos\/[^/]+\/[^/]+\/(?:git\/(?:ref|refs|matching-refs)|branches)\/)(.+)$/.exec(path) ??
    [];
  return place === undefined || name === undefined ? path : place + name.replaceAll('/', '%2F');
}

interface SchemaError {
  instancePath: string;
  message?: string;
  params: unknown;
}

function sentences(errors: readonly SchemaError[] | null | undefined): string[] {
  return (errors ?? []).map(
    ({ instancePath, message = 'does not fit', params }) =>
      `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
}

function bodySchema(operation: Operation | undefined): Schema {
  const body = operation?.requestBody;
  if (body === undefined || '$ref' in body) return {};
  return (body.content['application/json']?.schema ?? {}) as Schema;
}

/** Properties that no branch of the schema names: GitHub ignores them, so they are mistakes. */
function extras(value: unknown, schema: Schema, path: string): string[] {
  const branches = branchesOf(schema);
  if (Array.isArray(value)) {
    const items = { anyOf: branches.map(({ items }) => items ?? {}) };
    return value.flatMap((item, index) => extras(item, items, `${path}/${index}`));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const named = branches.flatMap(({ properties }) => (properties as Schema)?.[key] ?? []);
    if (named.length === 0) return [`${path}/${key} is not a property that GitHub knows`];
    return extras(item, { anyOf: named }, `${path}/${key}`);
  });
}

function branchesOf(schema: Schema): Schema[] {
  const nested = ['oneOf', 'anyOf', 'allOf'].flatMap((key) => (schema[key] ?? []) as Schema[]);
  return [schema, ...nested.flatMap(branchesOf)];
}
