/**
 * Calls over one WebSocket in a browser, which reconnects when the connection is lost. New calls
 * that only read wait for the connection, and others are rejected, so that nothing happens later than it was
 * asked for. Calls whose reply was lost are rejected, since they may have been executed.
 */
import { StudioError } from '../../engine/contract/errors.ts';
import type { ClientConnection, Transport } from './transport.ts';

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
  let onConnection: (connection: ClientConnection) => void = () => {};
  let connection: ClientConnection = 'lost';

  const setConnection = (next: ClientConnection) => {
    connection = next;
    onConnection(next);
  };

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
      setConnection('connected');
      flush();
    };
    opened.onmessage = ({ data }) => receive(String(data));
    opened.onclose = () => {
      if (connection === 'connected') setConnection('lost');
      void isLoggedOut().then((out) => {
        if (socket === opened) setConnection(out ? 'logged-out' : 'lost');
      });
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
    send: (message, waits) =>
      new Promise((resolve, reject) => {
        if (!waits && socket?.readyState !== WebSocket.OPEN) return reject(notSent(connection));
        pending.set(message.id, { text: JSON.stringify(message), sent: false, resolve, reject });
        flush();
      }),
    onPush(listener) {
      onPush = listener;
    },
    onConnection(listener) {
      onConnection = listener;
      listener(connection);
    },
  };
}

/** Whether the studio refuses this browser's requests; a failed WebSocket does not tell why it failed. */
async function isLoggedOut(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).status === 401;
  } catch {
    return false;
  }
}

function notSent(connection: ClientConnection): StudioError {
  const advice =
    connection === 'logged-out'
      ? 'Log in again with the link that conmim serve printed, then repeat this.'
      : 'Repeat this when the studio answers again.';
  return new StudioError('connection-lost', 'Nothing was changed: the studio cannot be reached.', {
    advice,
  });
}
