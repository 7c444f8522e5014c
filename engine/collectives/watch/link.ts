/** A connection to another rank: lines of JSON, and how long it has been silent. */
import type { Socket } from 'node:net';
import type { LinkMessage } from './messages.ts';

/** No message is longer, so what is longer comes from something else. */
const MOST_CHARACTERS = 100_000;

export interface LinkListener {
  onMessage(message: LinkMessage): void;
  /** The connection is closed, by whatever cause. */
  onEnd(): void;
}

export class Link {
  readonly #socket: Socket;
  #silentBeats = 0;

  constructor(socket: Socket, listener: LinkListener) {
    this.#socket = socket;
    socket.setNoDelay(true);
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      this.#silentBeats = 0;
      const lines = (text + data).split('\n');
      text = lines.pop()!;
      try {
        if (text.length > MOST_CHARACTERS) throw new Error('The message is too long.');
        for (const line of lines) listener.onMessage(JSON.parse(line) as LinkMessage);
      } catch {
        // Whoever sends something else is no rank.
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.once('close', () => listener.onEnd());
  }

  send(message: LinkMessage): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  /**
   * Give a sign of life. Silence is counted in own beats, so a process that was held up itself does not
   * take the others for lost.
   *
   * @returns beats since the other one has sent anything
   */
  beat(): number {
    this.send({ type: 'beat' });
    return this.#silentBeats++;
  }

  /** After all that was sent has left. */
  close(): void {
    this.#socket.end();
  }
}
