/**
 * The HTTP server of the studio: page files, images, downloads, and the WebSocket.
 *
 * Every request except the log-in needs a session. Requests must name this server in their Host header,
 * and sockets must come from its own pages.
 */

import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { StudioError } from '../contract/errors.ts';
import { IMAGE_SIDE, type StudioHost } from '../contract/studio/host.ts';
import { type PictureView, readPictureView } from '../contract/studio/picture-view.ts';
import { pageFolder, readPageFile } from '../studio/page-files.ts';
import { type Address, isAddressed, isFromOwnPage, linkHost, listenError } from './address.ts';
import { confine, type PathLimits } from './confine.ts';
import { sendDownload } from './download.ts';
import {
  DEFAULT_TIMEOUTS,
  OpenConnections,
  serverOptions,
  type Timeouts,
} from './open-connections.ts';
import { send, sendError, sendMessage } from './respond.ts';
import { Sessions } from './sessions.ts';
import { Sockets } from './sockets.ts';

export interface ServerOptions extends Address {
  readonly studio: StudioHost;
  /** Paths that pages may name. */
  readonly limits: PathLimits;
  readonly token: string;
  /** Certificate and key as PEM; enables TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly heartbeatMs?: number;
  /** Timeouts of connections; tests use shorter ones. */
  readonly timeouts?: Timeouts;
  /** Limits for open connections and for WebSockets among them. */
  readonly most?: { readonly connections: number; readonly sockets: number };
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Time for sockets and downloads to end, ms. */
const GRACE_MS = 2000;
const MOST_SOCKETS = 256;

/** @throws StudioError `port-taken`, `address-unknown`, `page-missing`, `tls-invalid` */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { studio, limits, tls, timeouts = DEFAULT_TIMEOUTS, most } = options;
  const server = createServer(options, serverOptions(timeouts), (request, response) => {
    open.trackRequest(request, response);
    respond(site, request, response).catch((error) => sendError(response, error));
  });
  const open = new OpenConnections(server, timeouts, most?.connections);
  const site: Site = {
    options,
    folder: pageFolder(),
    open,
    sessions: new Sessions(options.token, { secure: tls !== undefined }),
  };
  await listen(server, options);
  const sockets = new Sockets(confine(studio, limits), options.heartbeatMs);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node removes its own error listener; without one, a broken connection would end the process.
    socket.on('error', () => socket.destroy());
    const refusal = upgradeRefusal(site, request, sockets);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      // A refused client could keep its half of the connection open.
      setTimeout(() => socket.destroy(), GRACE_MS).unref();
      return;
    }
    open.markLoggedIn(request.socket);
    sockets.server.handleUpgrade(request, socket, head, (opened) =>
      sockets.server.emit('connection', opened, request),
    );
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${linkHost(options)}:${port}`,
    async close() {
      sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      open.end();
      const grace = setTimeout(() => open.destroy(), GRACE_MS);
      await closed;
      clearTimeout(grace);
    },
  };
}

interface Site {
  readonly options: ServerOptions;
  readonly folder: string;
  readonly sessions: Sessions;
  readonly open: OpenConnections;
}

function createServer(
  { tls }: ServerOptions,
  limits: ReturnType<typeof serverOptions>,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (tls === undefined) return createHttp(limits, handle);
  try {
    return createHttps({ ...limits, ...tls, minVersion: 'TLSv1.2' }, handle);
  } catch (cause) {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    throw new StudioError('tls-invalid', `The certificate and key cannot be used${why}.`, {
      advice: 'Give both as PEM files that belong together, the key without a password.',
      cause,
    });
  }
}

function listen(server: Server, options: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    // The listener stays, so that running out of file descriptors later does not end the server.
    server.on('error', (error) => reject(listenError(error, options)));
    server.listen(options.port, options.host, resolve);
  });
}

async function respond(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { options, sessions, folder } = site;
  if (!isAddressed(options, request))
    return sendMessage(
      response,
      421,
      'Wrong address',
      'This server is not known by the name in the address bar. Use the link that was printed, or start conmim serve with --server-name and this name.',
    );
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return sendMessage(response, 405, 'Not possible', 'Only GET and HEAD requests are supported.', {
      Allow: 'GET, HEAD',
    });
  const { path, query } = splitTarget(request.url ?? '/');
  if (path === '/login') return logIn(site, query, request, response);
  if (!sessions.isOpen(request.headers))
    return sendMessage(
      response,
      401,
      'Please open the link',
      'ConMIM Studio printed a link with a token when it was started. Open that link once in this browser; it is then remembered until the browser is closed or ConMIM Studio is started again.',
    );
  site.open.markLoggedIn(request.socket);
  if (path === '/image') return sendImage(options.studio, query, response);
  if (path === '/download')
    return sendDownload(response, query.get('path') ?? '', options.limits.workspace);
  const file = await readPageFile(folder, path);
  if (file === undefined)
    return sendMessage(response, 404, 'Nothing here', 'There is no such page.');
  const lifetime = { 'Cache-Control': 'private, max-age=31536000, immutable' };
  send(response, 200, file, file.immutable ? lifetime : {});
}

/** Split the target as it was sent; `URL` would normalise `..` before it could be refused. */
function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const at = target.indexOf('?');
  if (at < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, at), query: new URLSearchParams(target.slice(at)) };
}

function logIn(
  { sessions }: Site,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const result = sessions.login({
    token: query.get('token') ?? '',
    address: request.socket.remoteAddress ?? '',
    headers: request.headers,
  });
  if ('cookie' in result) {
    const headers = { Location: '/', 'Set-Cookie': result.cookie };
    sendMessage(response, 303, 'Welcome', 'Going on to the application.', headers);
  } else if (result.refused === 'too-many') {
    const headers = { 'Retry-After': String(result.retrySeconds) };
    const text = `Please wait ${result.retrySeconds} seconds and open the link again.`;
    sendMessage(response, 429, 'Too many tries', text, headers);
  } else
    sendMessage(
      response,
      403,
      'Wrong link',
      'The token of this link is not the one of this server. Take the link that was printed last; unless a token was given, each start makes a new one.',
    );
}

async function sendImage(
  studio: StudioHost,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const path = query.get('path') ?? '';
  const side = query.get('side') ?? '';
  const { least, most } = IMAGE_SIDE;
  const fits = /^\d{1,5}$/.test(side) && Number(side) >= least && Number(side) <= most;
  if (path === '' || path.includes('\0') || !fits)
    throw new StudioError(
      'call-invalid',
      `A picture needs a path and a side of ${least} to ${most} pixels.`,
    );
  const picture = await studio.readImage(path, Number(side), viewIn(query));
  send(response, 200, picture, { 'Cache-Control': 'private, max-age=3600' });
}

/** @throws StudioError `call-invalid` */
function viewIn(query: URLSearchParams): PictureView | undefined {
  const text = query.get('view');
  if (text === null) return undefined;
  const view = readPictureView(text);
  if (view !== undefined) return view;
  throw new StudioError('call-invalid', 'A view names one channel or three, and maybe a window.');
}

function upgradeRefusal(
  { options, sessions }: Site,
  request: IncomingMessage,
  sockets: Sockets,
): string | undefined {
  if (!isAddressed(options, request)) return '421 Misdirected Request';
  if (!isFromOwnPage(request, options.tls !== undefined)) return '403 Forbidden';
  if (!sessions.isOpen(request.headers)) return '401 Unauthorized';
  if (splitTarget(request.url ?? '').path !== '/api') return '404 Not Found';
  if (sockets.count >= (options.most?.sockets ?? MOST_SOCKETS)) return '503 Service Unavailable';
  return undefined;
}
