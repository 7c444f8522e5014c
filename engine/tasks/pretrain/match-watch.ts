/** Warnings about the token match, each given once: too fast, not rising, or saturated. */
import type { WarningCode } from '../../contract/warning-codes.ts';
import type { Notice } from '../../runs/events.ts';
import type { StepObservation, StepWatch } from '../learner.ts';

const SHORTCUT_STEPS = 200;
const SHORTCUT_WINDOW = 5;
const SHORTCUT_MATCH = 0.5;
/** In measurements features were best at a match of 0.8 to 0.9 and worse beyond (docs/log.md). */
const SATURATED_MATCH = 0.95;
const PLATEAU_STEPS = 400;
const PLATEAU_WINDOW = 100;
const PLATEAU_FACTOR = 1.15;

export class MatchWatch implements StepWatch {
  readonly #recent: number[] = [];
  readonly #given = new Set<WarningCode>();

  observe({ step, score, chance }: StepObservation): Notice[] {
    this.#recent.push(score);
    if (this.#recent.length > PLATEAU_WINDOW) this.#recent.shift();
    const notices: Notice[] = [];
    const match = (window: number) => mean(this.#recent.slice(-window));
    const isFull = this.#recent.length === PLATEAU_WINDOW;

    const threshold = Math.max(SHORTCUT_MATCH, 4 * chance);
    const early = step <= SHORTCUT_STEPS && this.#recent.length >= SHORTCUT_WINDOW;
    if (early && match(SHORTCUT_WINDOW) > threshold && this.#once('shortcut-suspected')) {
      notices.push({
        code: 'shortcut-suspected',
        message: `The token match is ${percent(match(SHORTCUT_WINDOW))} after only ${step} steps: the network has probably found a shortcut, such as matching positions instead of contents.`,
        advice:
          'Evaluate the features (kNN, linear probe) instead of the match; use relative positions instead of absolute ones, larger mask blocks, or stronger augmentation.',
      });
    }
    const stuck = match(PLATEAU_WINDOW) < PLATEAU_FACTOR * chance;
    if (step >= PLATEAU_STEPS && isFull && stuck && this.#once('plateau')) {
      notices.push({
        code: 'plateau',
        message: `After ${step} steps the token match (${percent(match(PLATEAU_WINDOW))}) is still at the chance level (${percent(chance)}).`,
        advice:
          'Long runs leave this plateau, short ones may not: for small networks set rel_pos_init=distance, or raise the learning rate.',
      });
    }
    const easy = isFull && step > SHORTCUT_STEPS && match(PLATEAU_WINDOW) > SATURATED_MATCH;
    // A reported shortcut explains a high match.
    if (easy && !this.#given.has('shortcut-suspected') && this.#once('match-saturated')) {
      notices.push({
        code: 'match-saturated',
        message: `The token match is ${percent(match(PLATEAU_WINDOW))}: the task has become too easy, and more steps may make the features worse.`,
        advice:
          'Compare checkpoints by their features (conmim knn --checkpoint STEP), and shorten the run or mask more.',
      });
    }
    return notices;
  }

  #once(code: WarningCode): boolean {
    if (this.#given.has(code)) return false;
    this.#given.add(code);
    return true;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
