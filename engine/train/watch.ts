/**
 * What a person who watches the curves would notice: waiting for data, a match that rises too fast,
 * a match that does not rise. Each is said once, data wait again after it had passed.
 */
import type { ScoreName, WarningCode } from '../runs/events.ts';

export interface Observation {
  /** Completed steps, this one included. */
  readonly step: number;
  /** Share of right answers. */
  readonly score: number;
  readonly chance: number;
  readonly dataWaitMs: number;
  readonly stepMs: number;
}

export interface Notice {
  readonly code: WarningCode;
  readonly message: string;
  readonly advice: string;
}

const WAIT_WINDOW = 50;
const WAIT_SHARE = 0.3;
const WAIT_OVER = 0.15;
const SHORTCUT_STEPS = 200;
const SHORTCUT_WINDOW = 5;
const SHORTCUT_MATCH = 0.5;
/** Measured: features were best at a match of 0.8 to 0.9 and got worse beyond (docs/log.md). */
const SATURATED_MATCH = 0.95;
const PLATEAU_STEPS = 400;
const PLATEAU_WINDOW = 100;
const PLATEAU_FACTOR = 1.15;

export class TrainingWatch {
  readonly #recent: Observation[] = [];
  readonly #said = new Set<WarningCode>();
  readonly #score: ScoreName;

  /** @param score whose course it is; only the token match can hint at a shortcut or a plateau */
  constructor(score: ScoreName = 'tokenMatch') {
    this.#score = score;
  }

  /** @returns what is worth saying after this step */
  observe(observation: Observation): Notice[] {
    this.#recent.push(observation);
    if (this.#recent.length > PLATEAU_WINDOW) this.#recent.shift();
    const notices = this.#score === 'tokenMatch' ? this.#tokenMatch(observation) : [];
    return [...notices, ...this.#dataWait()];
  }

  #tokenMatch(observation: Observation): Notice[] {
    const { step, chance } = observation;
    const notices: Notice[] = [];
    const match = (window: number) => mean(this.#recent.slice(-window).map((o) => o.score));

    const threshold = Math.max(SHORTCUT_MATCH, 4 * chance);
    const early = step <= SHORTCUT_STEPS && this.#recent.length >= SHORTCUT_WINDOW;
    if (early && match(SHORTCUT_WINDOW) > threshold && this.#once('shortcut-suspected')) {
      notices.push({
        code: 'shortcut-suspected',
        message: `The token match is ${percent(match(SHORTCUT_WINDOW))} after only ${step} steps: the network has probably found a shortcut, such as matching positions instead of contents.`,
        advice:
          'Judge the features (kNN, probe), not the match; use relative positions instead of absolute ones, larger mask blocks, or stronger augmentation.',
      });
    }

    const late = step >= PLATEAU_STEPS && this.#recent.length === PLATEAU_WINDOW;
    const stuck = match(PLATEAU_WINDOW) < PLATEAU_FACTOR * chance;
    if (late && stuck && this.#once('plateau')) {
      notices.push({
        code: 'plateau',
        message: `After ${step} steps the token match (${percent(match(PLATEAU_WINDOW))}) is still what guessing gives (${percent(chance)}).`,
        advice:
          'Long runs leave this plateau, short ones may not: for small networks set rel_pos_init=distance, or raise the learning rate.',
      });
    }
    const full = this.#recent.length === PLATEAU_WINDOW && step > SHORTCUT_STEPS;
    const easy = full && match(PLATEAU_WINDOW) > SATURATED_MATCH;
    // A shortcut that was named explains it.
    if (easy && !this.#said.has('shortcut-suspected') && this.#once('match-saturated')) {
      notices.push({
        code: 'match-saturated',
        message: `The token match is ${percent(match(PLATEAU_WINDOW))}: the task has become too easy, and more steps may make the features worse.`,
        advice:
          'Compare checkpoints by their features (conmim knn --checkpoint STEP), and shorten the run or mask more.',
      });
    }
    return notices;
  }

  #dataWait(): Notice[] {
    // The first steps of a process wait for its workers to start.
    if (this.#recent.length < WAIT_WINDOW + 1) return [];
    const window = this.#recent.slice(-WAIT_WINDOW);
    const wait = mean(window.map((o) => o.dataWaitMs));
    const share = wait / Math.max(1e-9, wait + mean(window.map((o) => o.stepMs)));
    if (share < WAIT_OVER) this.#said.delete('data-wait');
    if (share <= WAIT_SHARE || !this.#once('data-wait')) return [];
    return [
      {
        code: 'data-wait',
        message: `${percent(share)} of the time goes into waiting for images.`,
        advice: 'Raise workers, keep the images on a faster disk, or store them smaller.',
      },
    ];
  }

  #once(code: WarningCode): boolean {
    if (this.#said.has(code)) return false;
    this.#said.add(code);
    return true;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
