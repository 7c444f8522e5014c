// Makes a step of this program for each line of standard input, and prints a JSON object for each: our side
// of bench/step-peers.ts, as step_server.py is the other one.
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { isStudioError } from '../../engine/contract/errors.ts';
import { type Precision, precisionNamed } from '../../engine/contract/precision.ts';
import type { SharedValues } from '../../engine/contract/settings/shared.ts';
import { takeTestLibrary } from '../../engine/executors/onednn/testing/test-library.ts';
import { openFeatures } from '../../engine/features/features.ts';
import { randomBatch } from '../../engine/measure/random-batch.ts';
import { type TimedTask, timedStep } from '../../engine/measure/timed-step.ts';
import { networkConfig, networkParameters } from '../../engine/nn/conmim-network.ts';
import { initialTensors } from '../../engine/nn/initialise.ts';
import { loadRecipe, loadRecipeOf } from '../../engine/recipes/load.ts';

interface Order {
  /** `features` is the trunk without gradients. */
  readonly task: TimedTask | 'features';
  readonly recipe: string;
  readonly batch: number;
  readonly device: string;
  readonly precision: Precision;
  readonly threads: number;
}

type Step = () => Promise<unknown>;

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      task: { type: 'string', default: 'pretrain' },
      recipe: { type: 'string', default: 'small' },
      batch: { type: 'string', default: '8' },
      device: { type: 'string', default: 'cpu' },
      precision: { type: 'string', default: 'float32' },
      threads: { type: 'string', default: '2' },
    },
  });
  const order: Order = {
    task: values.task as Order['task'],
    recipe: values.recipe,
    batch: Number(values.batch),
    device: values.device,
    precision: precisionNamed(values.precision),
    threads: Number(values.threads),
  };
  // Where no library is set up, the one that tests use.
  if (process.env['CONMIM_ONEDNN'] === undefined) takeTestLibrary();
  let step: Step;
  try {
    step =
      order.task === 'features' ? await featureStep(order) : await learnerStep(order, order.task);
  } catch (error) {
    if (
      !isStudioError(error, 'precision-unavailable') &&
      !isStudioError(error, 'device-unavailable')
    )
      throw error;
    answer({ notRun: error.message });
    return;
  }
  answer({ ready: true });
  for await (const _ of readline.createInterface({ input: process.stdin })) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await step();
    const { user, system } = process.cpuUsage(before);
    answer({
      stepMs: performance.now() - started,
      cpuMs: (user + system) / 1000,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    });
  }
  process.exit();
}

function answer(record: object): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

async function learnerStep(order: Order, task: TimedTask): Promise<Step> {
  const { batch, device, precision, threads } = order;
  const changes = { batch_size: batch, precision };
  const loaded: { recipe: SharedValues } = loadRecipeOf(task, order.recipe, changes);
  const { recipe } = loaded;
  const subject = await timedStep(task, recipe);
  const learner = await subject.open({ device, threads });
  const scalars = { lr: recipe.lr, weightDecay: recipe.weight_decay, emaMomentum: 0.996 };
  return () => learner.step(subject.batch, scalars);
}

async function featureStep(order: Order): Promise<Step> {
  const { recipe: name, batch, device, precision, threads } = order;
  const { recipe } = loadRecipe(name, { batch_size: batch });
  const config = networkConfig(recipe);
  const [program] = await openFeatures({
    vit: config.vit,
    networks: [initialTensors(recipe, config.vit, networkParameters(config))],
    layers: 'last',
    poolings: ['mean'],
    device,
    precision,
    batchSize: batch,
    threads,
  });
  const { student: images } = randomBatch(recipe);
  return () => program!.run('main', { images });
}
