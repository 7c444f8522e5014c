/** The client of the studio. All calls of the page go through it. */
import {
  type CommandName,
  type InputOf,
  MOST_CALL_BYTES,
  type OutputOf,
  type Push,
  parseInput,
  readPush,
  readReply,
  studioApi,
  tooLarge,
} from '../../engine/contract/studio/index.ts';
import { desktop, desktopTransport } from './desktop-transport.ts';
import { socketTransport } from './socket-transport.ts';
import type { ClientConnection, Transport } from './transport.ts';

const listeners = new Set<(push: Push) => void>();
let calls = 0;
let opened: Transport | undefined;

/** The connection, opened when it is first needed: importing this module connects to nothing. */
function transport(): Transport {
  if (opened !== undefined) return opened;
  const { protocol, host } = globalThis.location;
  const address = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api`;
  opened = desktop === undefined ? socketTransport(address) : desktopTransport(desktop);
  opened.onPush((message) => {
    const push = readPush(message);
    for (const listener of listeners) listener(push);
  });
  return opened;
}

/** @throws StudioError */
export async function call<N extends CommandName>(
  name: N,
  input: InputOf<N>,
): Promise<OutputOf<N>> {
  calls += 1;
  const message = { id: calls, name, input: parseInput(name, input) as unknown };
  // Hosts refuse larger messages, and the server would close the connection.
  if (new Blob([JSON.stringify(message)]).size > MOST_CALL_BYTES)
    throw tooLarge(`What was given to ${name}`, MOST_CALL_BYTES);
  const waits = !('changes' in studioApi[name]);
  const reply = await transport().send(message, waits);
  return readReply(name, reply);
}

/** @returns a function that unsubscribes */
export function subscribe(listener: (push: Push) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function onConnection(listener: (connection: ClientConnection) => void): void {
  transport().onConnection(listener);
}

export { desktop };
