import type { ServerResponse } from 'node:http';

/** What the relay says for itself, one fixed answer each. */
const answers = {
  unauthorized: { status: 401, message: "The key relay's password is wrong or missing." },
  forbidden: { status: 403, message: "The key relay lets only the model API's own calls through." },
  redirected: {
    status: 502,
    message: 'The provider sent the request elsewhere, and the key relay follows nobody.',
  },
  unreachable: { status: 502, message: 'The provider cannot be reached' },
} as const;

/**
 * Answers in the relay's own name, in a form that the SDKs of all the APIs read; `code` is the
 * system's name of what went wrong. 502 is a status that they try again after.
 */
export function refuse(response: ServerResponse, why: keyof typeof answers, code?: string): void {
  const { status, message } = answers[why];
  const told = code === undefined ? message : `${message} (${code}).`;
  const error = {
    type: 'api_error',
    message: told,
    code: status,
    param: null,
    status: 'UNAVAILABLE',
  };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error }));
}
