import { execFileSync } from 'node:child_process';

/**
 * Writes a self-made certificate of an address (default 127.0.0.1), and its key; needs `openssl`, as
 * git's tests need git.
 */
export function makeCertificate(cert: string, key: string, address = '127.0.0.1'): void {
  const made = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const named = `-subj /CN=${address} -addext subjectAltName=IP:${address}`;
  const args = `${made} ${named}`.split(' ');
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
}
