/**
 * The thread that watches the other ranks of a run, and that they see this one live by. It calls nothing
 * of MPI, and goes on while the process computes or waits for a sum.
 *
 * Rank 0 has a connection to each other rank. What one of them finds or tells it passes on to the rest.
 */
import { connect as connectTo, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { Link } from './link.ts';
import type { Door, Finding, LinkMessage, WatchData, WatchOrder, WatchReport } from './messages.ts';

/** Signs of life within the limit. */
const BEATS = 8;
/** Without a limit. */
const BEAT_MS = 10_000;
const CONNECT_MS = 5000;
const CLOSE_MS = 2000;

const { rank, size, limitMs, open } = workerData as WatchData;
const links = new Map<number, Link>();
/** Ranks that have ended as planned, or whose end is known. */
const gone = new Set<number>();

function report(message: WatchReport): void {
  parentPort!.postMessage(message);
}

function tell(finding: Finding, from?: number): void {
  gone.add(finding.rank);
  report({ type: 'finding', finding });
  for (const [other, link] of links)
    if (other !== from && other !== finding.rank) link.send({ type: 'finding', finding });
}

function hear(other: number, message: LinkMessage): void {
  if (message.type === 'bye') gone.add(other);
  else if (message.type === 'finding') tell(message.finding, other);
}

function lose(other: number, why: 'ended' | 'silent'): void {
  if (!gone.has(other)) tell({ rank: other, why });
}

/** A rank that connects says who it is; anything else is closed. */
function receive(socket: Socket, token: string): void {
  let other: number | undefined;
  const link = new Link(socket, {
    onMessage(message) {
      if (other !== undefined) return hear(other, message);
      const { type } = message;
      const isRank =
        type === 'hello' && message.token === token && message.rank > 0 && message.rank < size;
      if (!isRank || links.has(message.rank)) return void socket.destroy();
      other = message.rank;
      links.set(other, link);
      link.send({ type: 'beat' });
    },
    onEnd() {
      if (other !== undefined) lose(other, 'ended');
    },
  });
}

/** Rank 0 by the first of its addresses that answers. */
async function connect({ addresses, port, token }: Door): Promise<void> {
  const reasons: string[] = [];
  for (const address of addresses) {
    try {
      await greet(address, port, token);
      return report({ type: 'connected' });
    } catch (error) {
      reasons.push(`${address}:${port}: ${(error as Error).message}`);
    }
  }
  report({ type: 'unreachable', reason: reasons.join('; ') });
}

function greet(address: string, port: number, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connectTo({ host: address, port, timeout: CONNECT_MS });
    let isAnswered = false;
    const link = new Link(socket, {
      onMessage(message) {
        links.set(0, link);
        isAnswered = true;
        socket.setTimeout(0);
        resolve();
        hear(0, message);
      },
      onEnd() {
        if (isAnswered) lose(0, 'ended');
        else reject(new Error('it does not answer'));
      },
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', reject);
    socket.once('connect', () => link.send({ type: 'hello', rank, token }));
  });
}

function beat(): void {
  for (const [other, link] of links) if (link.beat() >= BEATS && limitMs > 0) lose(other, 'silent');
}

function listen(address: string, token: string): void {
  const server = createServer((socket) => receive(socket, token));
  server.on('error', ({ message }) => report({ type: 'unreachable', reason: message }));
  server.listen(0, address, () => {
    const { port } = server.address() as { port: number };
    report({ type: 'listening', port });
  });
  server.unref();
}

function close(): void {
  for (const link of links.values()) {
    link.send({ type: 'bye' });
    link.close();
  }
  clearInterval(beating);
  parentPort!.close();
  // One that does not answer any more is not waited for.
  setTimeout(() => process.exit(), CLOSE_MS).unref();
}

parentPort!.on('message', (order: WatchOrder) => {
  if (order.do === 'connect') void connect(order.door);
  else if (order.do === 'tell') tell({ rank, error: order.error });
  else close();
});
const beating = setInterval(beat, limitMs > 0 ? limitMs / BEATS : BEAT_MS);
if (open !== undefined) listen(open.address, open.token);
