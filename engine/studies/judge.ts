/** How good the features of a training are: nearest neighbours on labelled images. */
import type { Recipe } from '../contract/recipe.ts';
import type { DivisionSettings } from '../contract/settings/division.ts';
import { imageSettings, networkSettings } from '../contract/settings/shared.ts';
import type { LabelledSet } from '../data/annotations/labelled-types.ts';
import { readLabelledSet } from '../data/labelled/labelled-set.ts';
import { trainingPart, validationPart } from '../data/labelled/splits.ts';
import type { ClassScores } from '../evaluation/class-scores.ts';
import { extractFeatures } from '../features/features.ts';
import type { FeatureRows } from '../features/neighbours.ts';
import type { Model } from '../models/model.ts';
import { openModel } from '../models/open-model.ts';
import { labelledScan } from '../runs/scan-memory.ts';
import { knnSweep } from '../tasks/knn/knn.ts';
import { untrainedNetwork } from '../tasks/pretrain/untrained-network.ts';
import { modelImages } from '../tasks/shared/model-images.ts';
import { nothingToLearn, noValidationImages } from '../tasks/shared/training-sets.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export interface JudgeOrder {
  readonly workspace: string;
  readonly train: string;
  readonly eval: string;
  readonly k: number;
  /** How trainings divide files into images. */
  readonly recipe?: DivisionSettings;
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
    const { workspace, recipe } = order;
    const scan = (source: string) => labelledScan(workspace, source, recipe);
    const source = await readLabelledSet(order.train, {
      forTraining: true,
      ...scan(order.train),
    });
    const judged = await readLabelledSet(order.eval, {
      classes: source.classes,
      ...scan(order.eval),
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

  /** @throws StudioError `too-many-broken-images`, errors of opening the run */
  async judge({ dir, recipe, device, untrained }: JudgedRun): Promise<Judgement> {
    const { workspace } = this.#order;
    const { model } = await openModel(dir, { workspace, network: 'teacher' });
    const first = untrained === undefined ? [untrainedNetwork(recipe)] : [];
    const accuracies = await this.#accuracies(model, [model.tensors, ...first], device);
    return { score: accuracies[0]!, untrained: untrained ?? accuracies[1]! };
  }

  async #accuracies(
    model: Model,
    networks: readonly NamedTensors[],
    device: string,
  ): Promise<number[]> {
    const { k } = this.#order;
    const { classes } = this.#reference;
    const known = await labelledFeatures(model, networks, this.#reference, device);
    const asked = await labelledFeatures(model, networks, this.#asked, device);
    const accuracies: number[] = [];
    for (const [i, train] of known.rows.entries()) {
      const { sweep } = await knnSweep({
        train,
        trainLabels: known.labels,
        test: asked.rows[i]!,
        classes: classes.length,
        ks: [k],
        device,
      });
      accuracies.push(shareRight(sweep[0]!.scores, asked.labels));
    }
    return accuracies;
  }
}

interface LabelledFeatures {
  /** One row an image, by network. */
  readonly rows: readonly FeatureRows[];
  /** Class of each row. */
  readonly labels: readonly number[];
}

/** Features of a set's images by each network; images that cannot be decoded any more are left out. */
async function labelledFeatures(
  model: Model,
  networks: readonly NamedTensors[],
  { samples }: LabelledSet,
  device: string,
): Promise<LabelledFeatures> {
  const images = modelImages(model, samples);
  const found = await extractFeatures({
    vit: model.vit,
    networks,
    layers: 'last',
    poolings: ['mean'],
    images: images.images,
    load: images.load,
    device,
  });
  const { kept } = images;
  return {
    rows: found.map(([only]) => {
      const { data, width } = only!.rows;
      return { data: images.rows(data, width), width, count: kept.length };
    }),
    labels: Array.from(kept, ({ label }) => label),
  };
}

function shareRight({ data, classes, count }: ClassScores, labels: readonly number[]): number {
  const right = labels.filter((label, i) => {
    const shares = data.subarray(i * classes, (i + 1) * classes);
    return shares.indexOf(Math.max(...shares)) === label;
  });
  return right.length / count;
}

const INITIAL = [...Object.keys({ ...imageSettings, ...networkSettings }), 'seed'];

/** Equal for recipes whose networks start equal and see images equally. */
export function initialKey(recipe: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(INITIAL.map((key) => recipe[key]));
}
