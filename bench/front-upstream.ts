// What stands behind the fronts that bench/serve.ts measures: a server that answers every request
// with the same few bytes, and holds event streams open. It does as little as can be done, so that
// what is measured is the front. Prints its port; `POST /broadcast` sends one event on each stream.
import { type Socket, createServer } from 'node:net';

const [, , login = ''] = process.argv;
const body = '{"healthy":true,"version":"1.18.33"}';
const small = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const refused = 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n';
const head =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n';
const streams = new Set<Socket>();

const server = createServer((socket) => {
  let rest = '';
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('close', () => streams.delete(socket));
  socket.setEncoding('latin1').on('data', (piece: string) => {
    const requests = (rest + piece).split('\r\n\r\n');
    rest = requests.pop() ?? '';
    for (const request of requests) answer(socket, request);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});
process.on('disconnect', () => process.exit());

function answer(socket: Socket, request: string): void {
  if (request.startsWith('POST /broadcast ')) {
    socket.write(small);
    for (const stream of streams) sendEvent(stream);
    return;
  }
  // Header names come as each front writes them.
  if (!request.includes(`: Basic ${login}`)) return void socket.write(refused);
  if (!request.startsWith('GET /event')) return void socket.write(small);
  streams.add(socket);
  socket.write(head);
}

/** The time stands in the event, by the clock that all processes of a machine share. */
function sendEvent(stream: Socket): void {
  const event = `data: {"type":"message.part.delta","at":${process.hrtime.bigint()}}\n\n`;
  stream.write(`${event.length.toString(16)}\r\n${event}\r\n`);
}
