/**
 * One page's socket: calls come in and are answered, pushes go out as fast as the page reads.
 *
 * Whatever the page does, what is held for it is bounded: too many calls at a time wait in the network,
 * and pushes that it is too slow for are merged, so that it always ends up with the newest.
 */
import { setMaxListeners } from 'node:events';
import type { RawData, WebSocket } from 'ws';
import type { Push, StudioPort } from '../contract/studio/api.ts';
import { answerCall } from '../contract/studio/wire.ts';

/** Calls of one page that are answered at the same time. */
const CALLS_AT_ONCE = 64;
/** Of what is to be sent; from here on pushes are merged. */
const MOST_CHARACTERS = 1 << 18;
/** Of a run, in one merged push; pages keep as many. */
const MOST_EVENTS = 200;
const MOST_SILENT_BEATS = 2;
const NOT_TEXT = 1003;

interface Outgoing {
  readonly text: string;
  readonly onSent?: () => void;
}

export class Connection {
  readonly #socket: WebSocket;
  readonly #studio: StudioPort;
  /** Fires when the page is gone: what it has asked for is not worked on any longer. */
  readonly #gone = new AbortController();
  /** What is to be sent; one goes out at a time, so that a slow page hears of a beat before all of it. */
  readonly #outbox: Outgoing[] = [];
  #outboxCharacters = 0;
  #isSending = false;
  /** Pushes that wait for the outbox, by what they are about, oldest first. */
  readonly #late = new Map<string, Push>();
  /** Beats since something came back. */
  #silentBeats = 0;
  #working = 0;
  #unsentAnswers = 0;

  constructor(socket: WebSocket, studio: StudioPort) {
    this.#socket = socket;
    // Each call that waits for its turn listens.
    setMaxListeners(0, this.#gone.signal);
    this.#studio = studio;
    socket.on('pong', () => {
      this.#silentBeats = 0;
    });
    socket.on('close', () => this.#gone.abort());
    // A broken connection, or a message that is too long: the socket closes itself.
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      this.#silentBeats = 0;
      if (isBinary) socket.close(NOT_TEXT, 'Only text is understood here.');
      else void this.#answer(data);
    });
  }

  /** @param text the push as it is sent, written once for all pages */
  push(push: Push, text: string): void {
    if (this.#late.size === 0 && this.#outboxCharacters < MOST_CHARACTERS) this.#send({ text });
    else this.#merge(push);
  }

  /** Asks for a sign of life, and ends it after some beats without any. */
  beat(): void {
    // While its calls are worked on it may be kept from being heard.
    const waits = this.#socket.isPaused && this.#working > 0;
    if (this.#silentBeats >= MOST_SILENT_BEATS && !waits) this.#socket.terminate();
    this.#silentBeats += 1;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  close(): void {
    this.#socket.close(1001, 'The server ends.');
  }

  async #answer(data: RawData): Promise<void> {
    this.#working += 1;
    this.#holdBack();
    const text = JSON.stringify(await answerCall(this.#studio, readJson(data), this.#gone.signal));
    this.#working -= 1;
    this.#unsentAnswers += 1;
    this.#send({
      text,
      onSent: () => {
        this.#unsentAnswers -= 1;
        this.#holdBack();
      },
    });
  }

  #holdBack(): void {
    if (this.#working + this.#unsentAnswers >= CALLS_AT_ONCE) this.#socket.pause();
    else if (this.#socket.isPaused) this.#socket.resume();
  }

  #send(outgoing: Outgoing): void {
    this.#outbox.push(outgoing);
    this.#outboxCharacters += outgoing.text.length;
    if (!this.#isSending) this.#sendNext();
  }

  #sendNext(): void {
    const next = this.#outbox.shift() ?? this.#takeLate();
    if (next === undefined || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#isSending = true;
    this.#socket.send(next.text, () => {
      this.#isSending = false;
      this.#outboxCharacters -= next.text.length;
      next.onSent?.();
      this.#sendNext();
    });
  }

  #takeLate(): Outgoing | undefined {
    const [first] = this.#late;
    if (first === undefined) return undefined;
    this.#late.delete(first[0]);
    const text = JSON.stringify({ push: first[1] });
    this.#outboxCharacters += text.length;
    return { text };
  }

  #merge(push: Push): void {
    const key = subject(push);
    const merged = merge(this.#late.get(key), push);
    this.#late.delete(key);
    this.#late.set(key, merged);
  }
}

/** A later push about the same thing takes the place of an earlier one. */
function subject(push: Push): string {
  switch (push.topic) {
    case 'job':
      return `job ${push.job.id}`;
    case 'job-removed':
      return `job ${push.id}`;
    case 'queue':
      return 'queue';
    case 'dataset':
      return `dataset ${push.dataset.id}`;
    case 'dataset-removed':
      return `dataset ${push.id}`;
    case 'settings':
      return 'settings';
    case 'run':
      return `run ${push.run.id}`;
  }
}

/** Events of runs are news each; everything else is a state. */
function merge(earlier: Push | undefined, later: Push): Push {
  if (earlier?.topic !== 'run' || later.topic !== 'run') return later;
  const latest = later.latest ?? earlier.latest;
  const events = [...earlier.events, ...later.events].slice(-MOST_EVENTS);
  return { ...later, events, ...(latest === undefined ? {} : { latest }) };
}

/** Undefined for what is no JSON, which is then refused as no call. */
function readJson(data: RawData): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
