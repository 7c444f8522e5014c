/** Training of tasks whose labels lie within the images: masks of classes, or objects. */
import type { LabelledValues } from '../../contract/settings/labelled.ts';
import type { SharedValues } from '../../contract/settings/shared.ts';
import { BatchLoader, type RenderedBatch } from '../../data/loader/batch-loader.ts';
import { LabelledSampler } from '../../data/loader/labelled-sampler.ts';
import type { RankShare } from '../../data/loader/rank-share.ts';
import type { DenseSet } from '../../data/targets/dense-types.ts';
import type { RenderPlan } from '../../data/views/render-plan.ts';
import type { BootstrapOptions } from '../../evaluation/bootstrap.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { LabelledTypes, TableKind } from '../labelled-task.ts';
import type { EvaluationResult, SteppedTask } from '../task.ts';
import { trainingLoader } from '../training-loader.ts';
import { computedIn } from './computed-in.ts';
import type { DenseData } from './dense-data.ts';
import { writeEvaluation } from './evaluation-files.ts';
import type { HeadLearnerOptions } from './head-step.ts';
import { recordedSpec, refuseSeveral } from './labelled-data.ts';
import { evaluationSteps, labelledSchedules } from './labelled-length.ts';
import { loaderSettings } from './loader-settings.ts';

export interface DenseTypes extends LabelledTypes {
  readonly recipe: SharedValues & Pick<LabelledValues, 'min_steps' | 'eval_every' | 'patience'>;
  readonly data: DenseData;
}

/** All that differs between such tasks. @typeParam Found what an evaluation finds in images */
export interface DenseMeaning<T extends DenseTypes, Found>
  extends Pick<SteppedTask<T>, 'parseRecipe' | 'readData' | 'score' | 'passNotices' | 'leastPass'> {
  readonly id: string;
  /** Files of evaluations beside `metrics.json`, by name. */
  readonly tables: Readonly<Record<string, TableKind>>;
  /** The initial tensors of a network from scratch. */
  initial(recipe: T['recipe'], classes: number): NamedTensors<'f32'>;
  createLearner(options: HeadLearnerOptions<T['recipe']>): Promise<T['learner']>;
  plan(recipe: T['recipe'], train: DenseSet): RenderPlan;
  /** @param share of a rank in each batch; left out, all of it */
  batches(
    recipe: T['recipe'],
    totalSteps: number,
    share?: RankShare,
  ): (rendered: RenderedBatch) => T['batch'];
  /** @param isReport whether all is evaluated, or what is followed during training */
  evaluate(
    learner: T['learner'],
    recipe: T['recipe'],
    val: DenseSet,
    isReport: boolean,
  ): Promise<Found>;
  /** A result without intervals, which take time. */
  summarise(found: Found): EvaluationResult;
  report(found: Found, classes: readonly string[], options: BootstrapOptions): T['report'];
}

export function denseTask<T extends DenseTypes, Found>(
  meaning: DenseMeaning<T, Found>,
): SteppedTask<T> {
  const { id, tables, evaluate } = meaning;
  return {
    ...meaning,
    kind: 'finetune',
    async readData(spec, context, recipe) {
      refuseSeveral(spec, 'pixels or objects have classes');
      return meaning.readData(spec, context, recipe);
    },
    recordOf: (labelled) => ({ task: id, labelled }),
    sourceOf: recordedSpec,
    schedules: (recipe, { images }) => labelledSchedules(recipe, images),
    open({ data, recipe, start, ...rest }) {
      const classes = data.classes.length;
      const tensors = start ?? meaning.initial(recipe, classes);
      return meaning.createLearner({ ...rest, recipe, classes, start: tensors });
    },
    async openLoader(recipe, { train, images }, startStep, share) {
      const { images: samples } = train;
      const { batch_size: batchSize, seed } = recipe;
      const labels = new Uint8Array(samples.length);
      const sampler = new LabelledSampler({ labels, batchSize, seed, sampling: 'uniform' });
      const settings = loaderSettings(recipe, meaning.plan(recipe, train), startStep);
      const { totalSteps } = labelledSchedules(recipe, images);
      return trainingLoader(
        new BatchLoader({ ...settings, samples, sampler, share }),
        meaning.batches(recipe, totalSteps, share),
      );
    },
    evaluation: (recipe, { val, images }, totalSteps) => ({
      every: evaluationSteps(recipe, images, totalSteps),
      patience: recipe.patience,
      evaluate: async (learner) => meaning.summarise(await evaluate(learner, recipe, val, false)),
    }),
    async report(learner, recipe, { val, classes }) {
      const found = await evaluate(learner, recipe, val, true);
      return computedIn(meaning.report(found, classes, { seed: recipe.seed }), recipe.precision);
    },
    writeReport: (folder, report) => writeEvaluation(folder, tables, report),
  };
}
