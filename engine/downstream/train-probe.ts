/**
 * A linear probe as a run: features of the frozen network are computed once, the best place and
 * learning rate are chosen among the training images, and what comes out is a classifier like any other.
 */
import path from 'node:path';
import { saveCheckpoint } from '../checkpoint/save.ts';
import { toStudioError } from '../contract/errors.ts';
import { type FinetuneRecipe, parseFinetuneRecipe } from '../contract/finetune-recipe.ts';
import { imageSides } from '../contract/recipe.ts';
import { EvalSet } from '../data/eval-set.ts';
import type { LabelledSet } from '../data/labelled/labelled-types.ts';
import { replaceFile } from '../disk/disk.ts';
import { keptScores } from '../evaluation/kept-scores.ts';
import { evaluateScores } from '../evaluation/metrics.ts';
import { judge } from '../evaluation/outcomes.ts';
import { predictImages } from '../evaluation/predict-images.ts';
import { extractFeatures } from '../features/features.ts';
import type { Model } from '../models/model.ts';
import type { ClassifierConfig } from '../nn/classifier.ts';
import { classifierConfig } from '../nn/classifier.ts';
import { environment } from '../runs/environment.ts';
import { PROBE_FILE } from '../runs/resumable.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { RunSession } from '../runs/run-session.ts';
import { fitLinearProbe, type LinearProbe } from '../tasks/classify/linear-probe.ts';
import { probeClassifier } from '../tasks/classify/probe-classifier.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { deviceFields, listenerOf, resolving } from '../train/common.ts';
import { type FinetuneOutcome, type FinetuneRequest, partOf } from '../train/finetune.ts';
import type { FinetuneParts } from '../train/finetune-parts.ts';

/** The result is saved as if it had taken one step. */
const STEP = 1;
/** Features of all places are held in memory at once: no more than this. */
const FEATURE_BYTES = 2 ** 31;

export interface ProbeRequest extends FinetuneRequest {
  /** What is probed; left out for a network as it starts. */
  readonly model: Model | undefined;
}

/** @throws StudioError before anything is written when data, weights or device do not fit */
export async function trainProbe(
  request: ProbeRequest,
  parts: FinetuneParts<LabelledSet>,
): Promise<FinetuneOutcome> {
  const { workspace, labelled, signal, name, from } = request;
  const sets = await parts.readSets(labelled, path.resolve(workspace, 'datasets'), signal);
  const { train, val } = sets;
  const found = await parts.resolveDevice(request.device, resolving(request));
  const { id: device } = found;
  const frozen = frozenNetwork(request, train.classes);
  const { probe, notes } = await probeFeatures(request, parts, { frozen, train, device });
  const classifier = assemble(frozen, probe);
  const { recipe, config, tensors } = classifier;
  const judged = evalSet(val, recipe, parts);
  const predicted = await predictImages({
    ...{ config, tensors, device, images: judged.images },
    load: judged.load,
  });
  const scores = keptScores(judged, predicted.scores);
  const labels = judged.kept.map(({ label }) => label);
  const report = evaluateScores(scores, labels, train.classes, { seed: recipe.seed });
  const best = {
    ...{ step: STEP, top1: report.top1.value, top5: report.top5.value },
    ...{ loss: report.loss ?? Number.MAX_VALUE, n: labels.length },
  };
  const run = await RunFolder.create(workspace, {
    ...{ name, kind: 'finetune', totalSteps: STEP, recipe: { ...recipe } },
    ...deviceFields(found),
    dataset: {
      folders: labelled.val === null ? [labelled.train] : [labelled.train, labelled.val],
      images: train.samples.length,
      fingerprint: `${train.fingerprint}-${val.fingerprint}`,
    },
    ...{ versions: environment(), from: from.origin, classes: [...train.classes], labelled },
    ...{ probe: true, ...partOf(request) },
  });
  const started = { id: run.record.id, dir: run.dir, ...deviceFields(found), totalSteps: STEP };
  request.onRun?.({ ...started, images: train.samples.length });
  const session = await RunSession.open(run, listenerOf(request));
  try {
    await session.startLog(0);
    await session.setStatus('running', 0);
    for (const { code, message, advice } of sets.warnings)
      await session.warn(0, code, message, advice);
    for (const note of [...notes, ...judged.notes]) await session.warn(0, 'images-left-out', note);
    const saved = await saveCheckpoint({
      root: run.checkpointsDir,
      position: { step: STEP, skippedBatches: [], failedInARow: 0, best, sinceBest: 0 },
      state: new Map([...tensors].map(([key, tensor]) => [`model.${key}`, tensor])),
      versions: environment(),
      disk: session.disk,
    });
    await replaceFile(session.disk, path.join(run.dir, PROBE_FILE), probeText(probe));
    await session.emit({ type: 'evaluation', ...best, best: true });
    await run.update({ best });
    await session.setStatus('done', STEP);
    await session.emit({ type: 'done', step: STEP, checkpoint: saved.folder });
    const outcome = { status: 'done', step: STEP, checkpoint: saved.folder, best } as const;
    const outcomes = judge(scores, labels);
    const leftOut = judged.positionsLeftOut;
    return { ...outcome, labelled: train.samples.length, report, outcomes, leftOut };
  } catch (error) {
    const { code, message } = toStudioError(error);
    // Where that cannot be written either, why the probe failed is the error to report.
    await session.setStatus('failed', 0, { code, message }).catch(() => undefined);
    throw error;
  } finally {
    await session.close();
  }
}

interface FrozenNetwork {
  readonly recipe: FinetuneRecipe;
  readonly config: ClassifierConfig;
  readonly tensors: NamedTensors;
}

/** The network in the recipe's shape, with the norm that it was trained with. */
function frozenNetwork(
  { model, from, recipe: asked }: ProbeRequest,
  classes: readonly string[],
): FrozenNetwork {
  const pooling = model === undefined || model.tensors.has('norm.weight') ? 'cls' : 'mean';
  const recipe = parseFinetuneRecipe(asked, { pooling });
  return {
    recipe,
    config: classifierConfig(recipe, classes.length),
    tensors: from.tensors(recipe, classes),
  };
}

async function probeFeatures(
  { signal }: ProbeRequest,
  parts: FinetuneParts<LabelledSet>,
  { frozen, train, device }: { frozen: FrozenNetwork; train: LabelledSet; device: string },
): Promise<{ readonly probe: LinearProbe; readonly notes: readonly string[] }> {
  const { config, tensors, recipe } = frozen;
  const known = evalSet(train, recipe, parts);
  const [sets] = await extractFeatures({
    vit: config.vit,
    networks: [tensors],
    layers: lastLayers(config, known.images),
    poolings: ['mean', 'cls'],
    images: known.images,
    load: known.load,
    device,
  });
  signal?.throwIfAborted();
  const labels = known.kept.map(({ label }) => label);
  const kept = sets!.map(({ rows: { data, width }, ...place }) => ({
    ...place,
    rows: { data: known.rows(data, width), width, count: labels.length },
  }));
  const { classes } = config;
  const probe = await fitLinearProbe({ sets: kept, labels, classes, seed: recipe.seed, device });
  return { probe, notes: known.notes };
}

/** All blocks, or as many of the last ones as memory allows. */
function lastLayers({ vit: { depth, embedDim } }: ClassifierConfig, images: number): number[] {
  const bytesPerLayer = images * embedDim * 4 * 2;
  const count = Math.max(1, Math.min(depth, Math.floor(FEATURE_BYTES / bytesPerLayer)));
  return Array.from({ length: count }, (_, i) => depth - count + 1 + i);
}

function evalSet(set: LabelledSet, recipe: FinetuneRecipe, parts: FinetuneParts<LabelledSet>) {
  const { mean, std, max_broken: maxBroken } = recipe;
  const options = { imageSize: imageSides(recipe), mean, std };
  return new EvalSet(
    set.samples,
    (some, onBroken) => parts.loadEval(some, options, onBroken),
    maxBroken,
  );
}

/** The recipe and the classifier that the probe amounts to. */
function assemble(
  { recipe: given, tensors: network, config: { vit } }: FrozenNetwork,
  { head, chosen }: LinearProbe,
): { recipe: FinetuneRecipe; config: ClassifierConfig; tensors: NamedTensors } {
  const { layer: depth, pooling } = chosen;
  const recipe = parseFinetuneRecipe(given, { depth, pooling, trained_blocks: 0 });
  return { recipe, ...probeClassifier(vit, network, chosen, head) };
}

function probeText({ chosen, trials, trainImages, heldOutImages }: LinearProbe): string {
  return `${JSON.stringify({ chosen, trainImages, heldOutImages, trials }, null, 2)}\n`;
}
