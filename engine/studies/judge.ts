/** How good the features of a training are: nearest neighbours on labelled images. */
import type { Recipe } from '../contract/recipe.ts';
import { imageSettings, networkSettings } from '../contract/settings/shared.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import type { LabelledSet } from '../data/labelled/labelled-types.ts';
import { trainingPart, validationPart } from '../data/labelled/splits.ts';
import type { FeatureRows } from '../features/neighbours.ts';
import { recipeFeatures } from '../features/recipe-features.ts';
import { openModel } from '../models/open-model.ts';
import { labelledMemory } from '../runs/scan-memory.ts';
import { knnSweep } from '../tasks/knn/knn.ts';
import { untrainedNetwork } from '../tasks/pretrain/untrained-network.ts';
import { nothingToLearn, noValidationImages } from '../tasks/shared/training-sets.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export interface JudgeOrder {
  readonly workspace: string;
  readonly train: string;
  readonly eval: string;
  readonly k: number;
}

export interface JudgedRun {
  readonly dir: string;
  readonly recipe: Recipe;
  readonly device: string;
  /** Score of its network untrained, where it is known. */
  readonly untrained?: number | undefined;
}

export interface Judgement {
  readonly score: number;
  readonly untrained: number;
}

/** Judges runs on the same labelled images, which are read once. */
export class NeighbourJudge {
  readonly #order: JudgeOrder;
  readonly #reference: LabelledSet;
  readonly #asked: LabelledSet;

  private constructor(order: JudgeOrder, reference: LabelledSet, asked: LabelledSet) {
    this.#order = order;
    this.#reference = reference;
    this.#asked = asked;
  }

  /** @throws StudioError errors of reading labelled images */
  static async open(order: JudgeOrder): Promise<NeighbourJudge> {
    const { workspace } = order;
    const memory = (source: string) => ({ indexFile: labelledMemory(workspace, source) });
    const source = await readLabelledSet(order.train, {
      forTraining: true,
      ...memory(order.train),
    });
    const judged = await readLabelledSet(order.eval, {
      classes: source.classes,
      ...memory(order.eval),
    });
    const [reference, asked] = [trainingPart(source), validationPart(judged)];
    if (reference.samples.length === 0) throw nothingToLearn(source);
    if (asked.samples.length === 0) throw noValidationImages(judged);
    return new NeighbourJudge(order, reference, asked);
  }

  /** Numbers of images and classes. */
  get sizes() {
    return {
      train: this.#reference.samples.length,
      eval: this.#asked.samples.length,
      classes: this.#reference.classes.length,
    };
  }

  async judge({ dir, recipe, device, untrained }: JudgedRun): Promise<Judgement> {
    const { workspace } = this.#order;
    const { model } = await openModel(dir, { workspace, network: 'teacher' });
    const first = untrained === undefined ? [untrainedNetwork(recipe)] : [];
    const [score, before = untrained!] = await this.#accuracies(
      [model.tensors, ...first],
      recipe,
      device,
    );
    return { score: score!, untrained: before };
  }

  async #accuracies(
    networks: readonly NamedTensors[],
    recipe: Recipe,
    device: string,
  ): Promise<number[]> {
    const of = ({ samples }: LabelledSet) => recipeFeatures({ recipe, networks, samples, device });
    const known = await of(this.#reference);
    const asked = await of(this.#asked);
    const accuracies: number[] = [];
    for (const [i, train] of known.entries())
      accuracies.push(await this.#accuracy(train, asked[i]!, device));
    return accuracies;
  }

  async #accuracy(train: FeatureRows, test: FeatureRows, device: string): Promise<number> {
    const classes = this.#reference.classes.length;
    const { sweep } = await knnSweep({
      train,
      trainLabels: this.#reference.samples.map(({ label }) => label),
      test,
      classes,
      ks: [this.#order.k],
      device,
    });
    const { data } = sweep[0]!.scores;
    const right = this.#asked.samples.filter(({ label }, i) => {
      const shares = data.subarray(i * classes, (i + 1) * classes);
      return shares.indexOf(Math.max(...shares)) === label;
    });
    return right.length / test.count;
  }
}

const INITIAL = [...Object.keys({ ...imageSettings, ...networkSettings }), 'seed'];

/** Equal for recipes whose networks start equal and see images equally. */
export function initialKey(recipe: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(INITIAL.map((key) => recipe[key]));
}
