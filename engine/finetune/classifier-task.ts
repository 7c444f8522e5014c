/** Fine-tuning as the loop sees it: a compiled step, its scalars, its state; and predictions between. */
import type { FinetuneRecipe } from '../contract/finetune-recipe.ts';
import type { Program } from '../executors/executor.ts';
import { openDevice } from '../executors/open-device.ts';
import { TrainingState } from '../executors/training-state.ts';
import { initialise } from '../nn/initialise.ts';
import { gridOf } from '../nn/vit.ts';
import { vitConfig } from '../nn/vit-config.ts';
import { clipScale, updateFeeds } from '../optim/adamw.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import { type ClassifierConfig, classifierParameters } from './classifier.ts';
import { buildClassifierModule, CLASSIFIER_STATE, isPersistent } from './classifier-module.ts';
import { type GroupRules, groupOf, groupScalars } from './parameter-groups.ts';

export interface ClassifierBatch {
  /** [B, 3, H, W], normalised */
  readonly images: Float32Array;
  /** [B, classes], rows sum to 1 */
  readonly targets: Float32Array;
  /** [B], the class that counts as right */
  readonly labels: ArrayLike<number>;
  /** [depth, 2, B]; given exactly when the recipe has stochastic depth */
  readonly keep?: Float32Array;
}

export interface ClassifierStepResult {
  readonly applied: boolean;
  readonly loss: number;
  readonly gradNorm: number;
  /** Share of the batch whose likeliest class is its own. */
  readonly score: number;
  readonly learningMs: number;
}

export function classifierConfig(recipe: FinetuneRecipe, classes: number): ClassifierConfig {
  return {
    vit: vitConfig(recipe, recipe.rel_pos === 'per_block' ? 'perBlock' : recipe.rel_pos),
    classes,
    pooling: recipe.pooling,
    headScale: recipe.head_init_scale,
  };
}

/** A classifier as training from scratch starts it, by the recipe's seed. */
export function initialClassifier(
  recipe: FinetuneRecipe,
  classes: number,
): Map<string, HostTensor> {
  const config = classifierConfig(recipe, classes);
  return initialise(classifierParameters(config), {
    seed: recipe.seed,
    std: recipe.init_std,
    grid: gridOf(config.vit),
    relPosInit: recipe.rel_pos_init,
  });
}

export interface ClassifierTaskOptions {
  readonly recipe: FinetuneRecipe;
  readonly classes: number;
  /** the tensors that training starts from */
  readonly start: NamedTensors;
  readonly device?: string;
  readonly threads?: number;
}

/**
 * Compile the recipe's step for a device and put the starting weights on it.
 *
 * @throws StudioError `device-unknown` or `device-unavailable`
 */
export async function createClassifierTask(
  options: ClassifierTaskOptions,
): Promise<ClassifierTask> {
  const { recipe, classes, device = 'auto', threads } = options;
  const network = classifierConfig(recipe, classes);
  const rules = groupRules(recipe);
  const { beta1, beta2, adam_eps: eps } = recipe;
  const module = buildClassifierModule({
    network,
    batchSize: recipe.batch_size,
    predictBatchSize: recipe.batch_size,
    adamw: { beta1, beta2, eps },
    dropPath: recipe.drop_path > 0,
    groupOf: (name, shape) => groupOf(rules, name, shape),
  });
  const { executor, id } = await openDevice(device);
  const program = await executor.compile(module, {
    device: id,
    ...(threads === undefined ? {} : { threads }),
  });
  const task = new ClassifierTask(program, recipe, network, [...module.state.keys()]);
  await program.writeState(
    new Map([...options.start].map(([name, tensor]) => [CLASSIFIER_STATE.model + name, tensor])),
  );
  return task;
}

function groupRules(recipe: FinetuneRecipe): GroupRules {
  return {
    depth: recipe.depth,
    layerDecay: recipe.layer_decay,
    trainedBlocks: recipe.trained_blocks,
  };
}

export class ClassifierTask {
  readonly #program: Program;
  readonly #recipe: FinetuneRecipe;
  readonly #network: ClassifierConfig;
  readonly #state: TrainingState;

  constructor(
    program: Program,
    recipe: FinetuneRecipe,
    network: ClassifierConfig,
    stateNames: readonly string[],
  ) {
    this.#program = program;
    this.#recipe = recipe;
    this.#network = network;
    this.#state = new TrainingState(program, stateNames.filter(isPersistent));
  }

  /** Forward, backward and, if all numbers are finite, the update. */
  async step(
    { images, targets, labels, keep }: ClassifierBatch,
    { lr, weightDecay }: { readonly lr: number; readonly weightDecay: number },
  ): Promise<ClassifierStepResult> {
    const started = performance.now();
    const { beta1, beta2, adam_eps: eps, clip_grad: clip } = this.#recipe;
    const feeds = { images, targets, ...(keep === undefined ? {} : { keep }) };
    const results = await this.#program.run('gradients', feeds);
    const value = (name: string) => Number(results.get(name)!.data[0]);
    const loss = value('loss');
    const gradNorm = Math.sqrt(value('squaredNorm'));
    const score = shareRight(results.get('logits')!.data as Float32Array, labels);
    const applied = Number.isFinite(loss) && Number.isFinite(gradNorm);
    if (applied) {
      const groups = groupScalars(groupRules(this.#recipe), lr, weightDecay);
      const scalars = {
        step: this.#state.updates + 1,
        clipScale: clipScale(gradNorm, clip),
        emaMomentum: 0,
      };
      await this.#program.run('update', updateFeeds({ beta1, beta2, eps }, groups, scalars));
      this.#state.updates++;
    }
    return { applied, loss, gradNorm, score, learningMs: performance.now() - started };
  }

  /**
   * @param images as many as `batch_size` or fewer, [n, 3, H, W], normalised
   * @returns logits, [n, classes]
   */
  async predict(images: Float32Array): Promise<Float32Array> {
    const [height, width] = this.#network.vit.imageSize;
    const size = 3 * height * width;
    const whole = this.#recipe.batch_size * size;
    let batch = images;
    if (images.length < whole) {
      batch = new Float32Array(whole);
      batch.set(images);
    }
    const results = await this.#program.run('predict', { images: batch });
    const logits = results.get('logits')!.data as Float32Array;
    return logits.slice(0, (images.length / size) * this.#network.classes);
  }

  readState(): Promise<NamedTensors> {
    return this.#state.read();
  }

  /** @throws StudioError `state-mismatch` when a tensor is missing, unexpected or of another shape */
  writeState(state: NamedTensors): Promise<void> {
    return this.#state.write(state);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

/** Share of rows whose largest logit is their label's. @param logits [B, classes] */
function shareRight(logits: Float32Array, labels: ArrayLike<number>): number {
  const classes = logits.length / labels.length;
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    right += Number(row.indexOf(Math.max(...row)) === labels[i]);
  }
  return right / labels.length;
}
