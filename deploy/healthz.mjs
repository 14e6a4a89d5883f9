// Asks the front on this machine whether it is alive, in TLS or not; exit status 0 where it is.
// Its certificate names it as clients know it, not as 127.0.0.1: nothing is told to it, nor believed.
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';

const port = Number(process.argv[2] ?? 9200);
const isAlive = (get) =>
  new Promise((resolve) => {
    const where = { host: '127.0.0.1', port, path: '/healthz' };
    const asked = get({ ...where, rejectUnauthorized: false, timeout: 3_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });

const found = await Promise.all([isAlive(getPlain), isAlive(getSecure)]);
process.exit(found.includes(true) ? 0 : 1);
