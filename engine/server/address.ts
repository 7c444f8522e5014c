/**
 * Where the server listens, and by what names browsers may ask for it.
 *
 * A page elsewhere can make its own name resolve to this machine; its requests then carry that name as
 * their host, so a request that names anything else than this server is refused.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import os from 'node:os';
import { StudioError } from '../contract/errors.ts';
import { errorCode } from '../disk/disk.ts';

export interface Address {
  /** An address of this machine, or all of them: 0.0.0.0 or ::. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Names besides its own by which browsers know this machine. */
  readonly names: readonly string[];
}

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1'];
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whether a request asks for this server by one of its names; any port, since ports are forwarded. */
export function isAddressed({ host, names }: Address, request: IncomingMessage): boolean {
  const asked = nameOf(request.headers.host ?? '');
  const everywhere = EVERYWHERE.includes(host);
  // The address that the request really came to.
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
 * Whether a page of this server sent the request. Behind a proxy that speaks TLS the page is https and
 * the server is not.
 */
export function isFromOwnPage(request: IncomingMessage, secure: boolean): boolean {
  const { host, origin } = request.headers;
  return origin === `https://${host}` || (!secure && origin === `http://${host}`);
}

/** The name in the link that is printed: one that a browser elsewhere can use. */
export function shownName({ host, names }: Address): string {
  const name = EVERYWHERE.includes(host) ? (names[0] ?? outsideAddress() ?? os.hostname()) : host;
  return isIP(name) === 6 ? `[${name}]` : name;
}

/** What listening threw, in words. */
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

/** Without the port and the brackets of IPv6. */
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
