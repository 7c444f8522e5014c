// Loaded first in each Node process of a test (NODE_OPTIONS=--import). It records the process and every
// address that it contacts in the file that NETWORK_WITNESS names.
import dgram from 'node:dgram';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

const file = process.env['NETWORK_WITNESS'];
const write = (host, port) =>
  appendFileSync(file, `${JSON.stringify({ program: process.argv[1] ?? '', host, port })}\n`);

/** Host and port from the arguments of `connect` of a socket; undefined for local sockets. */
function addressOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (first !== null && typeof first === 'object')
    return first.path === undefined ? [first.host ?? 'localhost', first.port] : undefined;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return undefined;
  return [typeof second === 'string' ? second : 'localhost', first];
}

if (file) {
  write();
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    const address = addressOf(args);
    if (address !== undefined) write(...address);
    return connect.apply(this, args);
  };
  for (const name of ['send', 'connect']) {
    const original = dgram.Socket.prototype[name];
    dgram.Socket.prototype[name] = function (...args) {
      write(`udp ${args.filter((arg) => typeof arg !== 'object').join(' ')}`, 0);
      return original.apply(this, args);
    };
  }
}
