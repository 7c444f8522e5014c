/**
 * Training as people watch it: one redrawn line on a terminal, a plain line now and then elsewhere,
 * and every other event as a sentence.
 */
import { scoresText, scoreText } from '../contract/scores.ts';
import { shorten } from '../contract/shorten.ts';
import type { StepEvent, TrainingEvent } from '../runs/events.ts';
import { fitLine, type Piece } from './fit-line.ts';
import { bytesText, clockText, countOf, percentText } from './format.ts';
import type { Writer } from './host.ts';
import type { Output } from './output.ts';
import { rankSpeedText, ranksText } from './rank-text.ts';
import { terminalText } from './terminal-text.ts';

const REDRAW_MS = 100;
const RECORD_MS = 500;
const PLAIN_LINE_MS = 10_000;
/** Between two lines of a kind, where that comes often. */
const LINE_MS: Partial<Record<TrainingEvent['type'], number>> = {
  epoch: 5_000,
  'rank-speed': 600_000,
};
const BAR_WIDTH = 20;
const LEAST_BAR = 8;
/** Of what guessing gives, in a line that is too long: the first to be left out. */
const CHANCE_RANK = 5;

/** In the last column, some terminals would go on to the next line. */
function lineWidth(writer: Writer): number {
  return Math.max(1, writer.columns - 1);
}

function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'█'.repeat(full)}${'·'.repeat(width - full)}]`;
}

/** `step 120/400  loss 3.912  match 6.1 % (chance 1.6 %)  320 images/s  1:10 left`. */
function stepPieces(event: StepEvent, totalSteps: number): Piece[] {
  const rate = event.imagesPerSecond;
  return [
    { text: `step ${event.step}/${totalSteps}`, rank: 0 },
    { text: `loss ${event.loss.toFixed(3)}`, rank: 2 },
    { text: scoreText(event.scoreName, event.score), rank: 3 },
    { text: `(chance ${percentText(event.chance)})`, rank: CHANCE_RANK, before: ' ' },
    { text: `${rate.toFixed(rate < 10 ? 1 : 0)} images/s`, rank: 4 },
    { text: `${clockText(event.etaSeconds)} left`, rank: 1 },
  ];
}

export function stepText(event: StepEvent, totalSteps: number): string {
  return fitLine(stepPieces(event, totalSteps));
}

/** The same with a bar before it where there is room, in at most `width` characters. */
function drawnText(event: StepEvent, totalSteps: number, width: number): string {
  const pieces = stepPieces(event, totalSteps);
  const share = event.step / totalSteps;
  // A bar says more than what guessing gives, which does not change.
  for (const shown of [pieces, pieces.filter(({ rank }) => rank < CHANCE_RANK)]) {
    const text = fitLine(shown);
    const room = width - text.length - '[] '.length;
    if (room >= LEAST_BAR) return `${bar(share, Math.min(BAR_WIDTH, room))} ${text}`;
  }
  return fitLine(pieces, width);
}

/** What an event other than a step says to people; undefined for what they need not see. */
export function eventText(event: TrainingEvent): string | undefined {
  switch (event.type) {
    case 'step':
    case 'machine':
    case 'learning':
    case 'done':
      return undefined;
    case 'ranks':
      return ranksText(event);
    case 'rank-speed':
      return rankSpeedText(event);
    case 'epoch':
      return `Epoch ${event.epoch + 1} done: loss ${event.loss.toFixed(3)}, ${scoreText(event.scoreName, event.score)}.`;
    case 'evaluation':
      return `Evaluation at step ${event.step}: ${scoresText(event)} on ${countOf(event.n, 'image')}${event.best ? ' (the best so far)' : ''}.`;
    case 'checkpoint':
      return `Checkpoint at step ${event.step}: ${bytesText(event.bytes)} in ${event.folder}`;
    case 'warning':
      return `Warning: ${event.message}${event.advice === undefined ? '' : ` ${event.advice}`}`;
    case 'status':
      if (event.status === 'running' || event.status === 'done') return undefined;
      return `The run is ${event.status}${event.reason === undefined ? '.' : `: ${event.reason.message}`}`;
    case 'broken-image':
      return `Could not read ${event.path} (${event.reason}); used ${event.substitute} in its place.`;
    case 'rewind':
      return event.message;
    case 'error':
      return undefined;
  }
}

export class TrainingProgress {
  readonly #writer: Writer;
  readonly #now: () => number;
  #totalSteps: number;
  #lastDrawn = Number.NEGATIVE_INFINITY;
  readonly #last = new Map<TrainingEvent['type'], number>();
  #lineShown = false;
  #latest: StepEvent | undefined;

  constructor(writer: Writer, now: () => number, totalSteps: number) {
    this.#writer = writer;
    this.#now = now;
    this.#totalSteps = totalSteps;
  }

  set totalSteps(value: number) {
    this.#totalSteps = value;
  }

  show(event: TrainingEvent): void {
    if (event.type === 'step') {
      this.#latest = event;
      const every = this.#writer.isTerminal ? REDRAW_MS : PLAIN_LINE_MS;
      if (this.#now() - this.#lastDrawn >= every) this.#draw(event);
      return;
    }
    const text = eventText(event);
    if (text === undefined || !this.#isDue(event.type)) return;
    this.say(text);
  }

  /** A sentence above the line. */
  say(text: string): void {
    this.#clear();
    this.#writer.write(`${terminalText(text)}\n`);
  }

  /** Epochs of very few images end many times a second. */
  #isDue(type: TrainingEvent['type']): boolean {
    const every = LINE_MS[type];
    if (every === undefined) return true;
    const due = this.#now() - (this.#last.get(type) ?? Number.NEGATIVE_INFINITY) >= every;
    if (due) this.#last.set(type, this.#now());
    return due;
  }

  /** Leaves the last step on the screen and ends the line. */
  finish(): void {
    if (this.#latest === undefined) return;
    if (this.#writer.isTerminal) {
      this.#draw(this.#latest);
      this.#writer.write('\n');
    } else if (this.#lastDrawn !== Number.NEGATIVE_INFINITY) this.#draw(this.#latest);
    this.#lineShown = false;
    this.#latest = undefined;
  }

  #draw(event: StepEvent): void {
    this.#lastDrawn = this.#now();
    if (!this.#writer.isTerminal) {
      this.#writer.write(`${stepText(event, this.#totalSteps)}\n`);
      return;
    }
    const line = drawnText(event, this.#totalSteps, lineWidth(this.#writer));
    this.#writer.write(`\r${line}\u001b[K`);
    this.#lineShown = true;
  }

  #clear(): void {
    if (this.#lineShown) this.#writer.write('\r\u001b[K');
    this.#lineShown = false;
  }
}

/** How far a command is: a line redrawn on a terminal, a record now and then with `--json`. */
export class CountProgress {
  readonly #out: Output;
  readonly #now: () => number;
  #lastDrawn = Number.NEGATIVE_INFINITY;
  #lastRecord = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(out: Output, now: () => number) {
    this.#out = out;
    this.#now = now;
  }

  /** @param at also told as a record, where programs may wait for it */
  show(text: string, at?: { readonly done: number; readonly total: number }): void {
    const writer = this.#out.progress;
    if (at !== undefined && this.#now() - this.#lastRecord >= RECORD_MS) {
      this.#lastRecord = this.#now();
      this.#out.record({ type: 'progress', done: at.done, total: at.total });
    }
    if (!writer.isTerminal || this.#now() - this.#lastDrawn < REDRAW_MS) return;
    this.#lastDrawn = this.#now();
    this.#shown = true;
    writer.write(`\r${shorten(terminalText(text), lineWidth(writer))}\u001b[K`);
  }

  finish(): void {
    if (this.#shown) this.#out.progress.write('\r\u001b[K');
    this.#shown = false;
  }
}
