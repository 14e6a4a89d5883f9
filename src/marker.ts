/** Which run wrote something: matrix jobs and steps of one job share all but `invocationId`. */
export interface RunIdentity {
  runId: string;
  attempt: number;
  invocationId: string;
}

/** What a marker says: the run, and what the comment is in it (`progress`, `answer`, ...). */
export interface Marker extends RunIdentity {
  purpose: string;
}

const shape =
  /(?:^|\n)(<!-- mention-loop run=(\S*) attempt=(\d{1,9}) invocation=(\S*) purpose=(\S*) -->)\s*$/;

const hiddenShape = /(?:^|\n)(<!-- mention-loop-[a-z]+ [\w-]+ -->)$/;

/**
 * The hidden line that says whose a comment is, to stand at its very end.
 * Fields are percent-encoded, so that none can hold a space, `>` or `--` and end the HTML comment.
 */
export function renderMarker(identity: RunIdentity, purpose: string): string {
  const fields = [
    `run=${encode(identity.runId)}`,
    `attempt=${identity.attempt}`,
    `invocation=${encode(identity.invocationId)}`,
    `purpose=${encode(purpose)}`,
  ];
  return `<!-- mention-loop ${fields.join(' ')} -->`;
}

/**
 * The marker on a comment's last line; undefined where there is none.
 * Strict: elsewhere in the body, quoted, or written in any other way than ours it does not count.
 * A marker proves nothing about its author: compare that as well.
 */
export function findMarker(body: string): Marker | undefined {
  const [, text, runId, attempt, invocationId, purpose] = shape.exec(body.trimEnd()) ?? [];
  if (text === undefined) return undefined;
  const marker: Marker = {
    runId: decode(runId),
    attempt: Number(attempt),
    invocationId: decode(invocationId),
    purpose: decode(purpose),
  };
  return renderMarker(marker, marker.purpose) === text ? marker : undefined;
}

/**
 * A text of others with nothing in it that only we write: hidden lines of ours stand behind it, and a
 * reader looks for them at the very end.
 */
export function withoutOurs(text: string): string {
  return text.replaceAll(/<(?=!--\s*mention-loop)/gi, '‹');
}

/** A comment's text without the marker at its end, and the hidden line before that, where there are. */
export function stripMarker(body: string): string {
  if (findMarker(body) === undefined) return body;
  return unmarked(body).replace(hiddenShape, '').trimEnd();
}

/**
 * The hidden line of ours that stands right before the marker; empty where there is none. As with the
 * marker, compare the author as well.
 */
export function findHidden(body: string): string {
  if (findMarker(body) === undefined) return '';
  return hiddenShape.exec(unmarked(body))?.[1] ?? '';
}

function unmarked(body: string): string {
  return body.trimEnd().replace(shape, '').trimEnd();
}

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll('--', '-%2D');
}

function decode(value = ''): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
