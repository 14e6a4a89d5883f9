import { type Socket, connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { connectMs, probeMs, readBytes } from './limits.ts';

/** All connections read into the same bytes: a buffer for each would be 64 MB at a thousand streams. */
const shared = Buffer.allocUnsafeSlow(readBytes);

/**
 * Connects to an origin. `onBytes` is given what comes, which is valid during the call only; after a
 * false nothing more is read until the socket's `resume`.
 */
export function dial(url: URL, onBytes: (bytes: Buffer) => boolean): Socket {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'https:';
  const socket = isSecure
    ? dialSecure(host, Number(url.port || 443), onBytes)
    : connect({
        host,
        port: Number(url.port || 80),
        onread: { buffer: shared, callback: (bytes) => onBytes(shared.subarray(0, bytes)) },
      });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, probeMs);
  socket.setTimeout(connectMs, () => socket.destroy());
  socket.once(isSecure ? 'secureConnect' : 'connect', () => socket.setTimeout(0));
  return socket;
}

function dialSecure(host: string, port: number, onBytes: (bytes: Buffer) => boolean): Socket {
  // An address is no name of a server (RFC 6066, section 3); certificates are checked against `host`.
  const servername = isIP(host) === 0 ? host : '';
  const socket = connectTls({ host, port, servername, ALPNProtocols: ['http/1.1'] });
  socket.on('data', (bytes: Buffer) => {
    if (!onBytes(bytes)) socket.pause();
  });
  return socket;
}
