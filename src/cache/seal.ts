import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign as signWith,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';

/**
 * What an entry is sealed with: the answer on the thread, which only we can have written, names the
 * public key before there is anything to seal. Ed25519: RFC 8032, keys as in RFC 8410.
 */
export interface Seal {
  /** For the thread: base64url, 59 characters. */
  publicKey: string;
  /** Secret, base64url. */
  privateKey: string;
}

const shape = { format: 'der', type: 'spki' } as const;
const secretShape = { format: 'der', type: 'pkcs8' } as const;

/** A new seal, for one run. */
export async function createSeal(): Promise<Seal> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ed25519');
  return {
    publicKey: publicKey.export(shape).toString('base64url'),
    privateKey: privateKey.export(secretShape).toString('base64url'),
  };
}

/** The signature of a text, base64url. Throws an `Error` where that is no private key. */
export function sealText(privateKey: string, text: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), ...secretShape });
  return signWith(null, Buffer.from(text), key).toString('base64url');
}

/** Whether a text was sealed with that key; false for a key that is none. */
export function isSealed(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), ...shape });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
