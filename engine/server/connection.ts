/**
 * The WebSocket of one page: it receives calls and sends replies and pushes.
 *
 * Memory for a page is bounded. With too many concurrent calls, the socket is paused, and pushes that a
 * slow page has not read are merged, so that it always receives the newest state.
 */

import { setMaxListeners } from 'node:events';
import type { RawData, WebSocket } from 'ws';
import { parseJson } from '../contract/parse-json.ts';
import type { StudioPort } from '../contract/studio/api.ts';
import type { Push } from '../contract/studio/push.ts';
import { answerCall } from '../contract/studio/wire.ts';

const CALLS_AT_ONCE = 64;
/** Characters in the outbox from which on pushes are merged. */
const MOST_CHARACTERS = 1 << 18;
/** Events of a run in one merged push; pages keep the same number. */
const MOST_EVENTS = 200;
const MOST_MISSED_PINGS = 2;
const NOT_TEXT = 1003;

interface Outgoing {
  readonly text: string;
  readonly onSent?: () => void;
}

export class Connection {
  readonly #socket: WebSocket;
  readonly #studio: StudioPort;
  /** Aborted when the page has closed, which cancels its calls. */
  readonly #closed = new AbortController();
  /** Messages to send, one at a time, so that a ping need not wait for all of them. */
  readonly #outbox: Outgoing[] = [];
  #outboxCharacters = 0;
  #isSending = false;
  /** Pushes that wait for the outbox, by their key, oldest first. */
  readonly #delayed = new Map<string, Push>();
  /** Pings since the page last sent anything. */
  #missedPings = 0;
  #activeCalls = 0;
  #unsentReplies = 0;

  constructor(socket: WebSocket, studio: StudioPort) {
    this.#socket = socket;
    // Each waiting call adds a listener.
    setMaxListeners(0, this.#closed.signal);
    this.#studio = studio;
    socket.on('pong', () => {
      this.#missedPings = 0;
    });
    socket.on('close', () => this.#closed.abort());
    // After a broken connection or a message that is too long, the socket closes itself.
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      this.#missedPings = 0;
      if (isBinary) socket.close(NOT_TEXT, 'Only text messages are supported.');
      else void this.#answer(data);
    });
  }

  /** @param text the serialised push, shared by all pages */
  push(push: Push, text: string): void {
    if (this.#delayed.size === 0 && this.#outboxCharacters < MOST_CHARACTERS) this.#send({ text });
    else this.#merge(push);
  }

  /** Ping the page, and close the socket after some pings without any message. */
  checkAlive(): void {
    // A socket that is paused while its calls are running cannot deliver pongs.
    const waits = this.#socket.isPaused && this.#activeCalls > 0;
    if (this.#missedPings >= MOST_MISSED_PINGS && !waits) this.#socket.terminate();
    this.#missedPings += 1;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  close(): void {
    this.#socket.close(1001, 'The server is shutting down.');
  }

  async #answer(data: RawData): Promise<void> {
    this.#activeCalls += 1;
    this.#applyBackpressure();
    const text = JSON.stringify(
      await answerCall(this.#studio, parseJson(String(data)), this.#closed.signal),
    );
    this.#activeCalls -= 1;
    this.#unsentReplies += 1;
    this.#send({
      text,
      onSent: () => {
        this.#unsentReplies -= 1;
        this.#applyBackpressure();
      },
    });
  }

  #applyBackpressure(): void {
    if (this.#activeCalls + this.#unsentReplies >= CALLS_AT_ONCE) this.#socket.pause();
    else if (this.#socket.isPaused) this.#socket.resume();
  }

  #send(outgoing: Outgoing): void {
    this.#outbox.push(outgoing);
    this.#outboxCharacters += outgoing.text.length;
    if (!this.#isSending) this.#sendNext();
  }

  #sendNext(): void {
    const next = this.#outbox.shift() ?? this.#takeDelayed();
    if (next === undefined || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#isSending = true;
    this.#socket.send(next.text, () => {
      this.#isSending = false;
      this.#outboxCharacters -= next.text.length;
      next.onSent?.();
      this.#sendNext();
    });
  }

  #takeDelayed(): Outgoing | undefined {
    const [first] = this.#delayed;
    if (first === undefined) return undefined;
    this.#delayed.delete(first[0]);
    const text = JSON.stringify({ push: first[1] });
    this.#outboxCharacters += text.length;
    return { text };
  }

  #merge(push: Push): void {
    const key = pushKey(push);
    const merged = merge(this.#delayed.get(key), push);
    this.#delayed.delete(key);
    this.#delayed.set(key, merged);
  }
}

/** A later push with the same key replaces an earlier one. */
function pushKey(push: Push): string {
  switch (push.topic) {
    case 'job':
      return `job ${push.job.id}`;
    case 'job-removed':
      return `job ${push.id}`;
    case 'dataset':
      return `dataset ${push.dataset.id}`;
    case 'dataset-removed':
      return `dataset ${push.id}`;
    case 'queue':
    case 'settings':
    case 'presets':
      return push.topic;
    case 'run':
      return `run ${push.run.id}`;
  }
}

/** Events of runs are concatenated; every other push is a state that replaces the earlier one. */
function merge(earlier: Push | undefined, later: Push): Push {
  if (earlier?.topic !== 'run' || later.topic !== 'run') return later;
  const latest = later.latest ?? earlier.latest;
  const events = [...earlier.events, ...later.events].slice(-MOST_EVENTS);
  return { ...later, events, ...(latest === undefined ? {} : { latest }) };
}
