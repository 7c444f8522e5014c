/**
 * Limits for the connections of a server: their number and their timeouts.
 *
 * A client that is not logged in can hold a connection only as long as it takes to send a request head,
 * and its connections are closed first when there are too many, so that idle connections of strangers
 * cannot block the pages of users.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Timeouts {
  /** For a complete request head, from the connection or the previous request on, and for the TLS handshake. */
  readonly headMs: number;
  /** For a complete request; the server accepts none with a body. */
  readonly requestMs: number;
  /** For the next request on a connection. */
  readonly keepAliveMs: number;
  /** For the client to read any part of a response. */
  readonly readMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  headMs: 20_000,
  requestMs: 30_000,
  keepAliveMs: 5_000,
  readMs: 120_000,
};

/** A browser opens up to six connections and a socket; a process may have at least 1024 open files. */
export const MOST_CONNECTIONS = 512;

/** Options for Node's server constructors. */
export function serverOptions({ headMs, requestMs, keepAliveMs }: Timeouts) {
  return {
    headersTimeout: headMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    // Node checks the timeouts in this interval.
    connectionsCheckingInterval: Math.min(headMs / 2, 5000),
    // Only TLS servers use this option.
    handshakeTimeout: headMs,
  };
}

export class OpenConnections {
  readonly #most: number;
  readonly #timeouts: Timeouts;
  /** Oldest first, with whether a logged-in client has used the connection, and its current response. */
  readonly #open = new Map<Socket, { isLoggedIn: boolean; response?: ServerResponse }>();
  /** A TLS socket and the TCP socket below it are different objects with the same remote end. */
  readonly #byRemoteEnd = new Map<string, Socket>();

  constructor(server: Server, timeouts: Timeouts, most = MOST_CONNECTIONS) {
    this.#most = most;
    this.#timeouts = timeouts;
    server.on('connection', (socket) => this.#add(socket));
    server.setTimeout(timeouts.readMs, (socket: Socket) => this.#handleTimeout(socket));
    // Node's own timeout for a request head starts with its first byte.
    for (const begin of ['connection', 'secureConnection'])
      server.on(begin, (socket: Socket) => socket.setTimeout(timeouts.headMs));
  }

  /** Register a request; until its response begins, the server causes the silence and no timeout applies. */
  trackRequest(request: IncomingMessage, response: ServerResponse): void {
    const entry = this.#entry(request.socket);
    if (entry !== undefined) entry.response = response;
    request.socket.setTimeout(this.#timeouts.readMs);
    // The server accepts no request bodies, so a connection with one is closed after the response.
    const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
    if (hasBody) response.shouldKeepAlive = false;
  }

  /** Record that a logged-in client uses the connection. */
  markLoggedIn(socket: Socket): void {
    const entry = this.#entry(socket);
    if (entry !== undefined) entry.isLoggedIn = true;
  }

  /** Close all connections once their pending data are sent. */
  end(): void {
    for (const socket of this.#open.keys()) socket.destroySoon();
  }

  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #add(socket: Socket): void {
    this.#open.set(socket, { isLoggedIn: false });
    const end = remoteEndOf(socket);
    this.#byRemoteEnd.set(end, socket);
    socket.on('close', () => {
      this.#open.delete(socket);
      if (this.#byRemoteEnd.get(end) === socket) this.#byRemoteEnd.delete(end);
    });
    if (this.#open.size <= this.#most) return;
    // The oldest connection that is not logged in is closed, which may be the new one.
    for (const [one, { isLoggedIn }] of this.#open)
      if (!isLoggedIn) {
        one.destroy();
        this.#open.delete(one);
        return;
      }
  }

  #entry(socket: Socket) {
    return (
      this.#open.get(socket) ?? this.#open.get(this.#byRemoteEnd.get(remoteEndOf(socket)) ?? socket)
    );
  }

  #handleTimeout(socket: Socket): void {
    const response = this.#entry(socket)?.response;
    const isWorking = response !== undefined && !response.headersSent && !response.destroyed;
    if (isWorking) socket.setTimeout(this.#timeouts.readMs);
    else socket.destroy();
  }
}

function remoteEndOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
