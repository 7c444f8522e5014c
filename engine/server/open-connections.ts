/**
 * The connections of a server: how many there are, and how long they may be silent.
 *
 * Whoever is not logged in can hold a connection only as long as it takes to send the head of a request,
 * and is the first to go when there are too many, so that silence from outside shuts no page out.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long is waited for the other side, ms. */
export interface Patience {
  /** For a whole head of a request, from the connection or the request before; for TLS to begin. */
  readonly headMs: number;
  /** For a whole request; the server takes none with a body. */
  readonly requestMs: number;
  /** For the next request of a connection. */
  readonly keepAliveMs: number;
  /** For anything at all to be read of an answer. */
  readonly readMs: number;
}

export const PATIENCE: Patience = {
  headMs: 20_000,
  requestMs: 30_000,
  keepAliveMs: 5_000,
  readMs: 120_000,
};

/** Browsers open six each, and a socket; the system has 1024 files for a process, or many more. */
export const MOST_CONNECTIONS = 512;

/** What Node takes when a server is made. */
export function serverOptions({ headMs, requestMs, keepAliveMs }: Patience) {
  return {
    headersTimeout: headMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    // Node looks this often for those that have taken too long.
    connectionsCheckingInterval: Math.min(headMs / 2, 5000),
    // Of TLS; a plain server knows it not.
    handshakeTimeout: headMs,
  };
}

export class OpenConnections {
  readonly #most: number;
  readonly #patience: Patience;
  /** Oldest first; whether somebody who is logged in has asked over it. */
  readonly #open = new Map<Socket, { known: boolean; answer?: ServerResponse }>();
  /** TLS speaks over a socket of its own; it and the one below have the same other end. */
  readonly #byEnd = new Map<string, Socket>();

  constructor(server: Server, patience: Patience, most = MOST_CONNECTIONS) {
    this.#most = most;
    this.#patience = patience;
    server.on('connection', (socket) => this.#add(socket));
    server.setTimeout(patience.readMs, (socket: Socket) => this.#silent(socket));
    // Node's own limit for a head begins with its first byte.
    for (const begin of ['connection', 'secureConnection'])
      server.on(begin, (socket: Socket) => socket.setTimeout(patience.headMs));
  }

  /** A request has come; until its answer begins the silence is ours. */
  asked(request: IncomingMessage, response: ServerResponse): void {
    const entry = this.#entry(request.socket);
    if (entry !== undefined) entry.answer = response;
    request.socket.setTimeout(this.#patience.readMs);
    // No request here has a body; who sends one without end is not listened to.
    const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
    if (hasBody) response.shouldKeepAlive = false;
  }

  /** Somebody who is logged in has asked over it. */
  known(socket: Socket): void {
    const entry = this.#entry(socket);
    if (entry !== undefined) entry.known = true;
  }

  /** Ends all as soon as what was to be sent is sent. */
  end(): void {
    for (const socket of this.#open.keys()) socket.destroySoon();
  }

  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #add(socket: Socket): void {
    this.#open.set(socket, { known: false });
    const end = endOf(socket);
    this.#byEnd.set(end, socket);
    socket.on('close', () => {
      this.#open.delete(socket);
      if (this.#byEnd.get(end) === socket) this.#byEnd.delete(end);
    });
    if (this.#open.size <= this.#most) return;
    // The newest too may be a stranger; then it is the oldest of them that goes.
    for (const [one, { known }] of this.#open)
      if (!known) {
        one.destroy();
        this.#open.delete(one);
        return;
      }
  }

  #entry(socket: Socket) {
    return this.#open.get(socket) ?? this.#open.get(this.#byEnd.get(endOf(socket)) ?? socket);
  }

  #silent(socket: Socket): void {
    const answer = this.#entry(socket)?.answer;
    const isOurs = answer !== undefined && !answer.headersSent && !answer.destroyed;
    if (isOurs) socket.setTimeout(this.#patience.readMs);
    else socket.destroy();
  }
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
