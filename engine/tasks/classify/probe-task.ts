/**
 * Linear probes: features of the frozen network are computed once, place and learning rate are
 * chosen by training images, and the result is a classifier.
 */
import { type FinetuneRecipe, parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { TOP1 } from '../../contract/scores.ts';
import { imagesTogether } from '../../data/labelled/images-together.ts';
import { keptScores } from '../../evaluation/class-scores.ts';
import { predictImages } from '../../evaluation/predict-images.ts';
import { extractFeatures } from '../../features/features.ts';
import { type ClassifierConfig, classifierConfig } from '../../nn/classifier.ts';
import { PROBE_FILE } from '../../runs/resumable.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { computedIn } from '../shared/computed-in.ts';
import { writeEvaluation } from '../shared/evaluation-files.ts';
import { type FinetuneParts, finetuneParts } from '../shared/finetune-parts.ts';
import { evalSet, readLabelledData, recordedSpec } from '../shared/labelled-data.ts';
import { labelNumbers } from '../shared/labelled-images.ts';
import type { Fitted, FittedTask, OpenLearnerOptions } from '../task.ts';
import { fitLinearProbe, type LinearProbe } from './linear-probe.ts';
import { probeClassifier } from './probe-classifier.ts';
import { classifierReport } from './report.ts';
import { CLASSIFIER_TABLES } from './tables.ts';
import type { Classification } from './task.ts';

const FEATURE_BYTES = 2 ** 31;

type ProbeParts = Pick<FinetuneParts, 'readSets' | 'loadEval'>;
export type Probing = Omit<Classification, 'batch' | 'learner'> & { batch: never; learner: never };

export function makeProbeTask(parts: ProbeParts): FittedTask<Probing> {
  return {
    kind: 'finetune',
    parseRecipe: parseFinetuneRecipe,
    readData: (spec, context, recipe) => readLabelledData(parts, spec, context, recipe),
    recordOf: (labelled) => ({ labelled, probe: true }),
    sourceOf: recordedSpec,
    writeReport: (folder, report) => writeEvaluation(folder, CLASSIFIER_TABLES, report),
    fit: (options) => fitProbe(options, parts),
  };
}

export const probeTask = makeProbeTask(finetuneParts);

async function fitProbe(
  options: OpenLearnerOptions<Probing> & { readonly signal: AbortSignal | undefined },
  parts: ProbeParts,
): Promise<Fitted<Probing>> {
  const { recipe: asked, data, start: network = new Map(), device } = options;
  const { val, classes } = data;
  const { precision } = asked;
  const frozen = { recipe: asked, config: classifierConfig(asked, classes.length), network };
  const { probe, notes } = await probeFeatures(frozen, options, parts);
  const { recipe, config, tensors } = assemble(frozen, probe);
  const judged = evalSet(val, recipe, parts);
  const { images, load } = judged;
  const predicted = await predictImages({ config, tensors, device, precision, images, load });
  const scores = keptScores(judged, predicted.scores);
  const labels = Array.from(judged.kept, ({ label }) => label);
  const leftOut = judged.positionsLeftOut;
  const paths = Array.from(judged.kept, ({ path }) => path);
  const found = { scores, labels, paths, leftOut };
  const report = computedIn(classifierReport(found, classes, { seed: recipe.seed }), precision);
  const { top1, top5, loss } = report.evaluation;
  const values = { top1: top1.value, top5: top5.value, loss: loss ?? Number.MAX_VALUE };
  return {
    recipe,
    state: new Map([...tensors].map(([key, tensor]) => [`model.${key}`, tensor])),
    evaluation: { primary: TOP1, values, n: labels.length },
    report,
    files: { [PROBE_FILE]: probeText(probe) },
    notes: [...notes, ...judged.notes],
  };
}

interface FrozenNetwork {
  readonly recipe: FinetuneRecipe;
  readonly config: ClassifierConfig;
  readonly network: NamedTensors;
}

async function probeFeatures(
  { recipe, config, network }: FrozenNetwork,
  {
    data,
    device,
    signal,
  }: OpenLearnerOptions<Probing> & { readonly signal: AbortSignal | undefined },
  parts: ProbeParts,
): Promise<{ readonly probe: LinearProbe; readonly notes: readonly string[] }> {
  const known = evalSet(data.train, recipe, parts);
  const [sets] = await extractFeatures({
    vit: config.vit,
    networks: [network],
    layers: lastLayers(config, known.images),
    poolings: ['mean', 'cls'],
    images: known.images,
    load: known.load,
    device,
    precision: recipe.precision,
  });
  signal?.throwIfAborted();
  const labels = labelNumbers(known.kept);
  const kept = sets!.map(({ rows: { data, width }, ...place }) => ({
    ...place,
    rows: { data: known.rows(data, width), width, count: labels.length },
  }));
  const { classes } = config;
  const probe = await fitLinearProbe({
    sets: kept,
    labels,
    classes,
    fileOf: imagesTogether(known.kept),
    seed: recipe.seed,
    device,
  });
  return { probe, notes: known.notes };
}

/** All blocks, or as many of the last ones as memory allows. */
function lastLayers({ vit: { depth, embedDim } }: ClassifierConfig, images: number): number[] {
  const bytesPerLayer = images * embedDim * 4 * 2;
  const count = Math.max(1, Math.min(depth, Math.floor(FEATURE_BYTES / bytesPerLayer)));
  return Array.from({ length: count }, (_, i) => depth - count + 1 + i);
}

/** The recipe and the classifier that are equivalent to the probe. */
function assemble(
  { recipe: given, network, config: { vit } }: FrozenNetwork,
  { head, chosen }: LinearProbe,
): { recipe: FinetuneRecipe; config: ClassifierConfig; tensors: NamedTensors } {
  const { layer: depth, pooling } = chosen;
  const recipe = parseFinetuneRecipe(given, { depth, pooling, trained_blocks: 0 });
  return { recipe, ...probeClassifier(vit, network, chosen, head) };
}

function probeText({ chosen, trials, trainImages, heldOutImages }: LinearProbe): string {
  return `${JSON.stringify({ chosen, trainImages, heldOutImages, trials }, null, 2)}\n`;
}
