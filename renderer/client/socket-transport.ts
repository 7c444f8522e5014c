/**
 * Calls over one WebSocket in a browser, which reconnects when the connection is lost. New calls wait for the
 * connection; calls whose reply was lost are rejected, since they may have been executed.
 */
import { StudioError } from '../../engine/contract/errors.ts';
import type { Transport } from './transport.ts';

const RETRY_MS = [500, 1000, 2000, 5000];

interface Pending {
  readonly text: string;
  sent: boolean;
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

export function socketTransport(address: string): Transport {
  const pending = new Map<number, Pending>();
  let socket: WebSocket | undefined;
  let failures = 0;
  let onPush: (push: unknown) => void = () => {};
  let onConnection: (connected: boolean) => void = () => {};

  const flush = () => {
    for (const call of pending.values()) {
      if (call.sent || socket?.readyState !== WebSocket.OPEN) continue;
      call.sent = true;
      socket.send(call.text);
    }
  };

  const receive = (text: string) => {
    const message = JSON.parse(text) as { id?: number; push?: unknown };
    if (message.push !== undefined) return onPush(message.push);
    const call = pending.get(message.id ?? -1);
    if (call === undefined) return;
    pending.delete(message.id!);
    call.resolve(message);
  };

  const open = () => {
    const opened = new WebSocket(address);
    socket = opened;
    opened.onopen = () => {
      failures = 0;
      onConnection(true);
      flush();
    };
    opened.onmessage = ({ data }) => receive(String(data));
    opened.onclose = () => {
      onConnection(false);
      for (const [id, call] of pending) {
        if (!call.sent) continue;
        pending.delete(id);
        call.reject(
          new StudioError('connection-lost', 'The connection to the studio was lost.', {
            advice: 'The page reconnects automatically. Training continues without this window.',
          }),
        );
      }
      setTimeout(open, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    };
  };
  open();

  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        pending.set(message.id, { text: JSON.stringify(message), sent: false, resolve, reject });
        flush();
      }),
    onPush(listener) {
      onPush = listener;
    },
    onConnection(listener) {
      onConnection = listener;
      listener(socket?.readyState === WebSocket.OPEN);
    },
  };
}
