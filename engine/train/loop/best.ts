/**
 * Evaluations of a run in training: when they are due, which was the best, and when to stop looking
 * for a better one. All of it is part of the loader's position, so a resumed run decides alike.
 */
import type { Best, LoaderPosition } from '../../checkpoint/checkpoint.ts';
import { isBetter, writtenScores } from '../../contract/scores.ts';
import type { EvaluationResult } from '../../tasks/task.ts';
import type { EvaluationRules } from './training-options.ts';

export class BestKeeper {
  readonly #rules: EvaluationRules | undefined;
  readonly #totalSteps: number;
  #best: Best | undefined;
  #sinceBest = 0;

  constructor(rules: EvaluationRules | undefined, totalSteps: number) {
    this.#rules = rules;
    this.#totalSteps = totalSteps;
  }

  get best(): Best | undefined {
    return this.#best;
  }

  /** What a checkpoint keeps of this. */
  get position(): Pick<LoaderPosition, 'best' | 'sinceBest'> {
    return this.#best === undefined ? {} : { best: this.#best, sinceBest: this.#sinceBest };
  }

  restore({ best, sinceBest = 0 }: LoaderPosition): void {
    this.#best = best;
    this.#sinceBest = sinceBest;
  }

  /** The evaluation to be made after `step` completed steps, if any. */
  due(step: number): EvaluationRules['run'] | undefined {
    const rules = this.#rules;
    if (rules === undefined) return undefined;
    return step % rules.every === 0 || step === this.#totalSteps ? () => rules.run() : undefined;
  }

  /** @returns whether this is the best so far */
  record(step: number, result: EvaluationResult): boolean {
    const { primary, values, n } = result;
    const better = this.#best === undefined || isBetter(result, this.#best);
    this.#sinceBest = better ? 0 : this.#sinceBest + 1;
    if (better) this.#best = writtenScores({ step, n, primary, values });
    return better;
  }

  /** Whether evaluations have not got better for too long. */
  get exhausted(): boolean {
    const patience = this.#rules?.patience ?? 0;
    return patience > 0 && this.#sinceBest >= patience;
  }
}
