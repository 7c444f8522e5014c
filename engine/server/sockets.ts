/** The WebSockets of all pages of one studio. */
import { type WebSocket, WebSocketServer } from 'ws';
import type { StudioPort } from '../contract/studio/api.ts';
import { MOST_CALL_BYTES } from '../contract/studio/wire.ts';
import { Connection } from './connection.ts';

const HEARTBEAT_MS = 20_000;

export class Sockets {
  readonly server = new WebSocketServer({ noServer: true, maxPayload: MOST_CALL_BYTES });
  readonly #connections = new Set<Connection>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  constructor(studio: StudioPort, heartbeatMs = HEARTBEAT_MS) {
    this.server.on('connection', (socket: WebSocket) => {
      const connection = new Connection(socket, studio);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
    this.#unsubscribe = studio.subscribe((push) => {
      if (this.#connections.size === 0) return;
      const text = JSON.stringify({ push });
      for (const connection of this.#connections) connection.push(push, text);
    });
    this.#heartbeat = setInterval(() => {
      for (const connection of this.#connections) connection.checkAlive();
    }, heartbeatMs);
    this.#heartbeat.unref();
  }

  get count(): number {
    return this.#connections.size;
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    for (const connection of this.#connections) connection.close();
    this.server.close();
  }
}
