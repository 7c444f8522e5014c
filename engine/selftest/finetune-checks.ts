/** Checks of the classifier by stored values: logits, losses, gradients, a step, mixing. */
import type { Program } from '../executors/executor.ts';
import { type ClassifierConfig, classifierParameters } from '../nn/classifier.ts';
import { updateFeeds } from '../optim/adamw.ts';
import {
  buildClassifierModule,
  CLASSIFIER_STATE,
  type ClassifierEntries,
} from '../tasks/shared/classifier-module.ts';
import { keepProbabilities } from '../tasks/shared/drop-path.ts';
import { mixImages, softTargets, uncovered } from '../tasks/shared/mixup.ts';
import { groupOf, groupScalars } from '../tasks/shared/parameter-groups.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { type Checker, maxError, relativeError, type Subject } from './checks.ts';
import {
  constantsOf,
  type Fixture,
  fixtureMetadata,
  floatsOf,
  type StoredAdamW,
  type TrunkSettings,
  tensorOf,
  vitOf,
  wanted,
} from './fixture-file.ts';

interface Config extends TrunkSettings {
  readonly classes: number;
  readonly rel_pos_per_block: boolean;
  readonly mean_pooling: boolean;
  readonly drop_path?: number;
}

interface AdamW extends StoredAdamW {
  readonly lr: number;
  readonly weight_decay: number;
  readonly layer_decay: number;
}

const LOGITS_LIMIT = 3e-6;
const GRADIENT_LIMIT = 1e-5;
const STEP_LIMIT = 2e-5;
const DROP_PATH_LIMIT = 1e-5;

function classifierOf(fixture: Fixture): ClassifierConfig {
  const config = fixtureMetadata<Config>(fixture, 'config');
  return {
    vit: vitOf(config, config.rel_pos_per_block ? 'perBlock' : 'none'),
    classes: config.classes,
    pooling: config.mean_pooling ? 'mean' : 'cls',
    headScale: 1,
  };
}

async function open(
  fixture: Fixture,
  { executor, device, precision }: Subject,
  adamw: Pick<AdamW, 'betas' | 'eps' | 'layer_decay'>,
): Promise<{ program: Program<ClassifierEntries>; network: ClassifierConfig; names: string[] }> {
  const network = classifierOf(fixture);
  const batchSize = tensorOf(fixture, 'input.images').shape[0]!;
  const rules = { depth: network.vit.depth, layer_decay: adamw.layer_decay, trained_blocks: null };
  const module = buildClassifierModule({
    network,
    batchSize,
    predictBatchSize: batchSize,
    adamw: constantsOf(adamw),
    dropPath: fixture.tensors.has('input.keep_mask'),
    groupOf: (name, shape) => groupOf(rules, name, shape),
    taps: ['pooled'],
  });
  const program = await executor.compile(module, { device, precision });
  const names = classifierParameters(network).map(({ name }) => name);
  await program.writeState(
    new Map(
      names.map((name): [string, HostTensor] => [
        CLASSIFIER_STATE.model + name,
        tensorOf(fixture, `param.${name}`),
      ]),
    ),
  );
  return { program, network, names };
}

/** Check logits, both losses with their gradients, and one step with layer-wise rates. */
export async function checkFinetuneStep(fixture: Fixture, subject: Subject): Promise<void> {
  const { checker } = subject;
  const adamw = fixtureMetadata<AdamW>(fixture, 'optimizer');
  const { lr, weight_decay: weightDecay, layer_decay: layerDecay } = adamw;
  const { program, network, names } = await open(fixture, subject, adamw);
  const images = floatsOf(fixture, 'input.images');
  const smoothing = fixtureMetadata<number>(fixture, 'label_smoothing');
  const labels = floatsOf(fixture, 'input.labels');
  const targets = {
    label_smoothing: softTargets(labels, network.classes, smoothing, 1),
    soft: floatsOf(fixture, 'input.soft_targets'),
  };
  const share = fixtureMetadata<number>(fixture, 'mixup_lambda');
  const mixed = softTargets(labels, network.classes, smoothing, share);
  checker.check('soft targets', maxError(mixed, targets.soft), 1e-6);
  for (const kind of ['label_smoothing', 'soft'] as const) {
    const results = await program.run('gradients', { images, targets: targets[kind] });
    const got = (name: string) => results.get(name)!.data;
    checker.group('logits', relativeError(got('logits'), wanted(fixture, 'logits')), LOGITS_LIMIT);
    const pooled = relativeError(got('pooled'), wanted(fixture, 'pooled_features'));
    checker.group('pooled features', pooled, LOGITS_LIMIT);
    const loss = relativeError(got('loss'), wanted(fixture, `${kind}.loss`));
    checker.group('losses', loss, LOGITS_LIMIT);
    const norm = [Math.sqrt(Number(got('squaredNorm')[0]))];
    const normError = relativeError(norm, wanted(fixture, `${kind}.grad_norm`));
    checker.group('gradient norms', normError, GRADIENT_LIMIT);
    const gradients = await program.readState(
      names.map((name) => CLASSIFIER_STATE.gradient + name),
    );
    for (const name of names) {
      const ours = gradients.get(CLASSIFIER_STATE.gradient + name)!.data;
      const stored = tensorOf(fixture, `grad.${kind}.${name}`).data;
      checker.group('gradients', relativeError(ours, stored), GRADIENT_LIMIT);
    }
  }
  const predicted = await program.run('predict', { images });
  const logits = relativeError(predicted.get('logits').data, wanted(fixture, 'logits'));
  checker.group('logits', logits, LOGITS_LIMIT);

  // The last gradients are those of the soft targets.
  const rules = { depth: network.vit.depth, layer_decay: layerDecay, trained_blocks: null };
  const groups = groupScalars(rules, { lr, weightDecay });
  const first = { step: 1, clipScale: 1, emaMomentum: 0 };
  await program.run('update', updateFeeds(constantsOf(adamw), groups, first));
  const after = await program.readState(names.map((name) => CLASSIFIER_STATE.model + name));
  for (const name of names) {
    const ours = after.get(CLASSIFIER_STATE.model + name)!.data;
    const stored = tensorOf(fixture, `after_step.${name}`).data;
    checker.group('parameters after a step', maxError(ours, stored), STEP_LIMIT);
  }
  const again = await program.run('gradients', { images, targets: targets.soft });
  const lossAfter = relativeError(again.get('loss').data, wanted(fixture, 'soft.loss_after_step'));
  checker.check('loss after the step', lossAfter, LOGITS_LIMIT);
  checker.finish();
  await program.dispose();
}

/** Check stochastic depth with stored masks. */
export async function checkDropPath(fixture: Fixture, subject: Subject): Promise<void> {
  const { checker } = subject;
  const none = { layer_decay: 1, betas: [0.9, 0.999] as const, eps: 1e-8 };
  const { program, network } = await open(fixture, subject, none);
  const { depth } = network.vit;
  const rate = fixtureMetadata<Config>(fixture, 'config').drop_path ?? 0;
  const probabilities = keepProbabilities(depth, rate);
  const keepError = maxError(probabilities, floatsOf(fixture, 'input.keep_prob'));
  checker.check('keep probabilities', keepError, 1e-6);
  const masks = floatsOf(fixture, 'input.keep_mask');
  const perBlock = masks.length / depth;
  const keep = masks.map((kept, i) => kept / probabilities[Math.floor(i / perBlock)]!);
  const images = floatsOf(fixture, 'input.images');
  const targets = softTargets(floatsOf(fixture, 'input.labels'), network.classes, 0, 1);
  const results = await program.run('gradients', { images, targets, keep });
  const compare = (quantity: string, got: HostTensor['data'] | number[], name: string) =>
    checker.check(quantity, relativeError(got, wanted(fixture, name)), DROP_PATH_LIMIT);
  compare('logits', results.get('logits').data, 'logits');
  compare('loss', results.get('loss').data, 'loss');
  compare('gradient norm', [Math.sqrt(results.get('squaredNorm').data[0]!)], 'grad_norm');
  const stored = [...fixture.tensors.keys()].filter((name) => name.startsWith('grad.'));
  const gradients = await program.readState(stored);
  for (const name of stored) {
    const error = relativeError(gradients.get(name)!.data, tensorOf(fixture, name).data);
    checker.group('gradients', error, DROP_PATH_LIMIT);
  }
  const evaluated = await program.run('predict', { images });
  compare('logits of evaluation', evaluated.get('logits').data, 'eval_logits');
  checker.finish();
  await program.dispose();
}

/** Check Mixup and CutMix, which the host computes for every device. */
export async function checkMixing(fixture: Fixture, checker: Checker): Promise<void> {
  const { shape } = tensorOf(fixture, 'input.images');
  const [B, , height, width] = shape as [number, number, number, number];
  const labels = floatsOf(fixture, 'input.labels');
  const classes = fixtureMetadata<number>(fixture, 'classes');
  const smoothing = fixtureMetadata<number>(fixture, 'label_smoothing');
  const share = fixtureMetadata<number>(fixture, 'mixup_lambda');
  const [top, bottom, left, right] = fixtureMetadata<[number, number, number, number]>(
    fixture,
    'cutmix_box_yl_yh_xl_xh',
  );
  const box = { top, bottom, left, right };
  const cutShare = uncovered(box, height, width);
  for (const [name, mix] of [
    ['mixup', { kind: 'mixup', share }],
    ['cutmix', { kind: 'cutmix', share: cutShare, box }],
  ] as const) {
    const images = floatsOf(fixture, 'input.images');
    mixImages(images, B, [height, width], mix);
    checker.check(`${name} images`, maxError(images, wanted(fixture, `${name}.images`)), 1e-6);
    const targets = softTargets(labels, classes, smoothing, mix.share);
    checker.check(`${name} targets`, maxError(targets, wanted(fixture, `${name}.targets`)), 1e-6);
  }
  const sharp = softTargets(labels, classes, 0, share);
  const sharpError = maxError(sharp, wanted(fixture, 'mixup_nosmooth.targets'));
  checker.check('mixup targets, not smoothed', sharpError, 1e-6);
}
