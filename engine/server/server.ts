/**
 * The studio for browsers: the page, pictures, and one socket.
 *
 * Nothing is answered without a session but the log-in; requests must name this server as their host
 * (a page elsewhere that was made to resolve here does not) and sockets must come from its own pages.
 */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, isIP, type Socket } from 'node:net';
import os from 'node:os';
import type { Duplex } from 'node:stream';
import { errorCode } from '../checkpoint/disk.ts';
import { StudioError } from '../contract/errors.ts';
import type { StudioHost } from '../contract/studio/host.ts';
import { pageFolder, readPageFile } from '../studio/page-files.ts';
import { confine } from './confine.ts';
import { send, sendError, sendMessage } from './respond.ts';
import { Sessions } from './sessions.ts';
import { Sockets } from './sockets.ts';

export interface ServerOptions {
  readonly studio: StudioHost;
  /** Folders that pages may name. */
  readonly roots: readonly string[];
  /** An address of this machine. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly token: string;
  /** PEM; TLS when given. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Names besides its addresses by which browsers know this machine. */
  readonly names?: readonly string[];
}

export interface RunningServer {
  /** Where it is, without a token. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** @throws StudioError `port-taken`, `address-unknown`, `page-missing` */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const folder = pageFolder();
  const { studio, tls } = options;
  const sessions = new Sessions(options.token, { secure: tls !== undefined });
  const sockets = new Sockets(confine(studio, options.roots));
  const site: Site = { folder, studio, sessions, names: new Set(hostNames(options)) };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    answer(site, request, response).catch((error) => sendError(response, error));
  };
  const server = tls === undefined ? createHttp(handle) : createHttps({ ...tls }, handle);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = upgradeRefusal(site, request, tls !== undefined);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.server.handleUpgrade(request, socket, head, (opened) =>
      sockets.server.emit('connection', opened, request),
    );
  });
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, options)));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const scheme = tls === undefined ? 'http' : 'https';
  const shown = isIP(options.host) === 6 ? `[${options.host}]` : options.host;
  return {
    url: `${scheme}://${shown}:${port}`,
    async close() {
      sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroySoon();
      await closed;
    },
  };
}

interface Site {
  readonly folder: string;
  readonly studio: StudioHost;
  readonly sessions: Sessions;
  readonly names: ReadonlySet<string>;
}

async function answer(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { folder, studio, sessions } = site;
  if (!knowsHost(site, request))
    return sendMessage(response, 421, 'Wrong address', 'This server is not known by that name.');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return sendMessage(response, 405, 'Not possible', 'Pages are only read here.', {
      Allow: 'GET, HEAD',
    });
  const url = new URL(request.url ?? '/', 'http://here');
  if (url.pathname === '/login') return logIn(sessions, url, request, response);
  if (!sessions.knows(request))
    return sendMessage(
      response,
      401,
      'Please open the link',
      'ConMIM Studio printed a link with a token when it was started. Open that link once in this browser; it is then remembered until the browser is closed.',
    );
  if (url.pathname === '/image') {
    const side = Number(url.searchParams.get('side'));
    const path = url.searchParams.get('path') ?? '';
    if (!Number.isInteger(side) || side < 16 || side > 2048 || path === '')
      throw new StudioError('call-invalid', 'A picture needs a path and a side of 16 to 2048.');
    return send(response, 200, await studio.readImage(path, side), {
      'Cache-Control': 'private, max-age=3600',
    });
  }
  const file = await readPageFile(folder, rawPath(request.url ?? '/'));
  if (file === undefined)
    return sendMessage(response, 404, 'Nothing here', 'There is no such page.');
  const lifetime = file.immutable
    ? { 'Cache-Control': 'private, max-age=31536000, immutable' }
    : {};
  send(response, 200, file, lifetime);
}

function logIn(
  sessions: Sessions,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const address = request.socket.remoteAddress ?? '';
  const result = sessions.login(url.searchParams.get('token') ?? '', address);
  if ('cookie' in result) {
    const headers = { Location: '/', 'Set-Cookie': result.cookie };
    sendMessage(response, 303, 'Welcome', 'Going on to the application.', headers);
  } else if (result.refused === 'too-many') {
    const headers = { 'Retry-After': String(result.retrySeconds) };
    sendMessage(response, 429, 'Too many tries', 'Please wait a minute and try again.', headers);
  } else {
    const advice =
      'The token of this link is not the one of this server. A new one is made at each start; take the link that was printed last.';
    sendMessage(response, 403, 'Wrong link', advice);
  }
}

/** The path as it was sent: URL would tidy `..` away before anything could refuse it. */
function rawPath(target: string): string {
  return target.split(/[?#]/, 1)[0]!;
}

function knowsHost({ names }: Site, request: IncomingMessage): boolean {
  return names.has(hostOf(request.headers.host ?? ''));
}

/** Without the port. */
function hostOf(authority: string): string {
  return authority
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

function upgradeRefusal(site: Site, request: IncomingMessage, secure: boolean): string | undefined {
  const { host = '', origin } = request.headers;
  if (!knowsHost(site, request)) return '421 Misdirected Request';
  if (origin !== `${secure ? 'https' : 'http'}://${host}`) return '403 Forbidden';
  if (!site.sessions.knows(request)) return '401 Unauthorized';
  if (rawPath(request.url ?? '') !== '/api') return '404 Not Found';
  return undefined;
}

/** Under what names a browser may ask for this server. */
function hostNames({ host, names = [] }: ServerOptions): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const own = Object.values(os.networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address),
  );
  return [
    host,
    ...(isLoopback(host) || everywhere ? LOOPBACK : []),
    ...(everywhere ? [...own, os.hostname()] : []),
    ...names,
  ].map((name) => name.toLowerCase());
}

function listenError(error: unknown, { host, port }: ServerOptions): unknown {
  if (errorCode(error) === 'EADDRINUSE')
    return new StudioError('port-taken', `Port ${port} of ${host} is taken.`, {
      advice: 'Another conmim serve may be running; else give another one with --port.',
      cause: error,
    });
  if (errorCode(error) === 'EACCES')
    return new StudioError('port-taken', `Port ${port} may not be used by this user.`, {
      advice: 'Give one above 1023 with --port.',
      cause: error,
    });
  if (errorCode(error) === 'EADDRNOTAVAIL' || errorCode(error) === 'ENOTFOUND')
    return new StudioError('address-unknown', `${host} is no address of this machine.`, {
      advice: 'Give 127.0.0.1 for this machine only, or 0.0.0.0 for the whole network.',
      cause: error,
    });
  return error;
}
