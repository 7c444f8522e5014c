/** Calls and pushes over WebSocket: any number of pages on one studio. */
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Push, StudioPort } from '../contract/studio/api.ts';
import { answerCall } from '../contract/studio/wire.ts';

/** No call is longer. */
const MOST_BYTES = 1 << 20;
const HEARTBEAT_MS = 20_000;
/** A page that does not read misses pushes of progress, never answers. */
const MOST_UNSENT_BYTES = 4 << 20;
/** Calls of one page that are answered at the same time. */
const CALLS_AT_ONCE = 64;

export class Sockets {
  readonly server = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
  readonly #studio: StudioPort;
  readonly #alive = new WeakSet<WebSocket>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  constructor(studio: StudioPort) {
    this.#studio = studio;
    this.server.on('connection', (socket) => this.#serve(socket));
    this.#unsubscribe = studio.subscribe((push) => this.#push(push));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    for (const socket of this.server.clients) socket.close(1001, 'The server ends.');
    this.server.close();
  }

  #serve(socket: WebSocket): void {
    this.#alive.add(socket);
    let open = 0;
    socket.on('pong', () => this.#alive.add(socket));
    // A message too long or not to be read closes its socket; the page opens another one.
    socket.on('error', () => socket.terminate());
    socket.on('message', async (data, isBinary) => {
      if (isBinary || open >= CALLS_AT_ONCE) return socket.close(1008, 'Not understood.');
      open += 1;
      const reply = await answerCall(this.#studio, readJson(data));
      open -= 1;
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(reply));
    });
  }

  #push(push: Push): void {
    if (this.server.clients.size === 0) return;
    const text = JSON.stringify({ push });
    for (const socket of this.server.clients) {
      const behind = socket.bufferedAmount > MOST_UNSENT_BYTES;
      if (socket.readyState === socket.OPEN && !behind) socket.send(text);
    }
  }

  #beat(): void {
    for (const socket of this.server.clients) {
      if (!this.#alive.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#alive.delete(socket);
      socket.ping();
    }
  }
}

/** Undefined for what is no JSON, which is then refused as no call. */
function readJson(data: RawData): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
