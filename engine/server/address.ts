/**
 * The address that the server listens on, and the host names that requests may use.
 *
 * A foreign page can make its own host name resolve to this machine (DNS rebinding). Its requests carry
 * that name in the Host header, so requests with any other name than those of this server are refused.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import os from 'node:os';
import { StudioError } from '../contract/errors.ts';
import { errorCode } from '../disk/disk.ts';

export interface Address {
  /** An address of this machine, or 0.0.0.0 or :: for all of them. */
  readonly host: string;
  /** 0 stands for any free port. */
  readonly port: number;
  /** Further host names of this machine. */
  readonly names: readonly string[];
}

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1'];
const ANY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whether a request names this server in its Host header. The port is not compared, since ports may be forwarded. */
export function isAddressed({ host, names }: Address, request: IncomingMessage): boolean {
  const asked = nameOf(request.headers.host ?? '');
  const everywhere = ANY_ADDRESS.includes(host);
  // This is the address at which the request arrived.
  const reached = (request.socket.localAddress ?? '').replace(/^::ffff:/, '');
  return [
    host,
    ...names,
    ...(isLoopback(host) || everywhere ? LOOPBACK : []),
    ...(isLoopback(host) ? [] : [os.hostname()]),
    ...(everywhere ? [reached] : []),
  ].some((name) => name.toLowerCase() === asked);
}

/**
 * Whether a page of this server sent the request. Behind a TLS proxy the origin is https although the
 * server itself uses http.
 */
export function isFromOwnPage(request: IncomingMessage, secure: boolean): boolean {
  const { host, origin } = request.headers;
  return origin === `https://${host}` || (!secure && origin === `http://${host}`);
}

/** The host name for the printed link, usable from other machines where the server is reachable from them. */
export function linkHost({ host, names }: Address): string {
  const name = ANY_ADDRESS.includes(host) ? (names[0] ?? outsideAddress() ?? os.hostname()) : host;
  return isIP(name) === 6 ? `[${name}]` : name;
}

export function listenError(error: unknown, { host, port }: Address): unknown {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new StudioError('port-taken', `Port ${port} of ${host} is taken.`, {
        advice: 'Another conmim serve may be running; else give another port with --port.',
        cause: error,
      });
    case 'EACCES':
      return new StudioError('port-taken', `Port ${port} may not be used by this user.`, {
        advice: 'Give one above 1023 with --port.',
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new StudioError('address-unknown', `${host} is no address of this machine.`, {
        advice: 'Give 127.0.0.1 for this machine only, or 0.0.0.0 for the whole network.',
        cause: error,
      });
    default:
      return error;
  }
}

/** The host name of a Host header without the port and the brackets of IPv6. */
function nameOf(authority: string): string {
  return authority
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

function outsideAddress(): string | undefined {
  return Object.values(os.networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
