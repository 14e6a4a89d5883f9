import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where something is kept that only its owner can read, or change unnoticed. */
export interface Seal {
  path: string;
  /** What both `main` and `post` have, and the agent has not: the input `github-token`. Secret. */
  secret: string;
  /** Whose it is: what was sealed for another invocation does not open. */
  invocationId: string;
}

/** The place of an invocation's sealed file: known from its id, so that no journal has to name it. */
export function sealAt(temp: string, invocationId: string, secret: string): Seal {
  return { path: join(temp, `mention-loop-${invocationId}.sealed`), secret, invocationId };
}

const cipher = 'aes-256-gcm';
const [saltBytes, ivBytes, tagBytes] = [16, 12, 16];

/** The secret is long and random already, so that nothing has to be made slow (RFC 5869). */
function keyOf({ secret }: Seal, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, 'mention-loop', 32));
}

/** Writes a text sealed (AES-256-GCM, NIST SP 800-38D), all or nothing. */
export function seal(at: Seal, text: string): void {
  const [salt, iv] = [randomBytes(saltBytes), randomBytes(ivBytes)];
  const closing = createCipheriv(cipher, keyOf(at, salt), iv);
  closing.setAAD(Buffer.from(at.invocationId));
  const body = Buffer.concat([closing.update(text, 'utf8'), closing.final()]);
  const next = `${at.path}.${randomBytes(4).toString('hex')}`;
  const whole = Buffer.concat([salt, iv, closing.getAuthTag(), body]);
  writeFileSync(next, whole, { mode: 0o600, flag: 'wx' });
  renameSync(next, at.path);
}

/** The text again; undefined where nothing is sealed. Throws where it was changed, or is another's. */
export function unseal(at: Seal): string | undefined {
  if (!existsSync(at.path)) return undefined;
  const whole = readFileSync(at.path);
  const salt = whole.subarray(0, saltBytes);
  const iv = whole.subarray(saltBytes, saltBytes + ivBytes);
  const tag = whole.subarray(saltBytes + ivBytes, saltBytes + ivBytes + tagBytes);
  const opening = createDecipheriv(cipher, keyOf(at, salt), iv, { authTagLength: tagBytes });
  opening.setAAD(Buffer.from(at.invocationId)).setAuthTag(tag);
  const body = whole.subarray(saltBytes + ivBytes + tagBytes);
  return Buffer.concat([opening.update(body), opening.final()]).toString('utf8');
}

/** Removes what is sealed. */
export function breakSeal({ path }: Seal): void {
  rmSync(path, { force: true });
}
