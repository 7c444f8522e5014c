/** How tasks whose labels lie within the images start from a network, and evaluate one. */
import { positionsOfSplit } from '../../data/labelled/marked-split.ts';
import { LEFT_OUT_SHARE, type LeftOut } from '../../data/sources/unreadable.ts';
import { subsetOfDense } from '../../data/targets/complete-dense.ts';
import type { DenseSet } from '../../data/targets/dense-types.ts';
import type { Model } from '../../models/model.ts';
import { gridOf } from '../../nn/vit.ts';
import type { ComputedOn } from '../dense-prediction.ts';
import type {
  EvaluatedModel,
  EvaluateRequest,
  EvaluationOutput,
  LabelledReport,
  LabelledTask,
} from '../labelled-task.ts';
import { readDense, readDenseData } from './dense-data.ts';
import type { DenseMeaning, DenseTypes } from './dense-task.ts';
import { refuseSeveral } from './labelled-data.ts';
import { type LoadedNetwork, loadNetwork } from './load-weights.ts';
import { trainingImageNotes } from './model-images.ts';
import { seenImageNotes } from './seen-images.ts';
import { setNotices } from './training-sets.ts';

interface StartRules<T extends DenseTypes> extends Pick<DenseMeaning<T, unknown>, 'initial'> {
  /** The network of a recipe, and whether the head of the model fits it. */
  networkOf(
    recipe: T['recipe'],
    classes: readonly string[],
    model: Model,
  ): LoadedNetwork & { readonly hasSameHead: boolean };
  /** Tensors that are not taken from a network whose head does not fit. */
  readonly otherHead: RegExp;
}

/** The start from a network, or from scratch. A head that does not fit starts from scratch. */
export function denseStart<T extends DenseTypes>(rules: StartRules<T>): LabelledTask<T>['start'] {
  return (model, onLoaded) => ({
    origin: model?.origin ?? 'scratch',
    tensors(recipe, { classes }) {
      const initial = rules.initial(recipe, classes.length);
      if (model === undefined) return initial;
      const { hasSameHead, ...network } = rules.networkOf(recipe, classes, model);
      const given = hasSameHead
        ? model.tensors
        : new Map([...model.tensors].filter(([name]) => !rules.otherHead.test(name)));
      const { tensors, report } = loadNetwork(given, gridOf(model.vit), network, initial);
      onLoaded(report);
      return tensors;
    },
  });
}

interface EvaluationRules<M extends EvaluatedModel, Predictor, Found> {
  readonly labels: 'masks' | 'objects';
  leftOutNotes(leftOut: readonly LeftOut[]): string[];
  /** Refuses images whose labels are not enough. */
  check?(set: DenseSet): void;
  open(model: M, on: ComputedOn): Promise<{ predictor: Predictor; dispose(): Promise<void> }>;
  evaluate(
    set: DenseSet,
    predictor: Predictor,
    options: Pick<EvaluateRequest, 'onProgress'> & { readonly maxBroken: number },
  ): Promise<Found>;
  report(found: Found, classes: readonly string[]): LabelledReport;
}

/** @throws StudioError `unknown-classes`, and errors of reading labels and of opening the network */
export async function evaluateDense<
  M extends EvaluatedModel,
  Predictor,
  Found extends { readonly leftOut: readonly LeftOut[] },
>(
  {
    workspace,
    model,
    data,
    split,
    dense,
    device,
    precision = 'float32',
    onProgress,
    ...rest
  }: EvaluateRequest<M>,
  classes: readonly string[],
  rules: EvaluationRules<M, Predictor, Found>,
): Promise<EvaluationOutput> {
  refuseSeveral(rest, 'pixels or objects have classes');
  const all = await readDense(workspace, data, rules.labels, { ...dense, classes });
  const set = split ? subsetOfDense(all, positionsOfSplit(all.images, split, data)) : all;
  rules.check?.(set);
  const learnt = 'about' in model ? model.about.labelled : undefined;
  const seen = await seenImageNotes(workspace, set.images, learnt, async (spec) => {
    const { train } = await readDenseData(spec, rules.labels, { workspace, signal: undefined });
    return train.images;
  });
  const { predictor, dispose } = await rules.open(model, { device, precision });
  try {
    const began = performance.now();
    const options = { maxBroken: LEFT_OUT_SHARE, onProgress };
    const found = await rules.evaluate(set, predictor, options);
    const seconds = (performance.now() - began) / 1000;
    const { leftOut } = found;
    return {
      report: rules.report(found, classes),
      imagesPerSecond: set.images.length / Math.max(seconds, 1e-9),
      details: [],
      warnings: [
        ...setNotices(set).map(({ message }) => message),
        ...trainingImageNotes(set.images),
        ...seen,
        ...rules.leftOutNotes(leftOut),
      ],
      leftOut,
    };
  } finally {
    await dispose();
  }
}
