/**
 * The engine as commands see it: each part is loaded when it is first used, and tests give their own.
 */

import { imageSides, type Recipe } from '../contract/recipe.ts';
import type { Estimate } from '../contract/studio/api.ts';
import type { DeviceCheck } from '../contract/studio/device-check.ts';
import type { CudaOutcome, removeCuda, setupCuda } from '../devices/cuda/setup-cuda.ts';
import type {
  CheckProgress,
  DescribedDevices,
  ResolvedDevice,
  ResolveOptions,
} from '../devices/resolve-device.ts';
import type { CompareOrder } from '../downstream/compare.ts';
import type { Comparison } from '../downstream/comparison.ts';
import type { Embedded, EmbedOrder } from '../downstream/embed.ts';
import type { EvaluateOrder, Evaluation } from '../downstream/evaluate.ts';
import type { FinetuneOrder } from '../downstream/finetune.ts';
import type { PretrainOrder } from '../downstream/pretrain.ts';
import type { EstimateOrder } from '../estimate/estimate.ts';
import type { Device } from '../executors/executor.ts';
import type { FeatureRows } from '../features/neighbours.ts';
import type { StepBench } from '../measure/bench-step.ts';
import type { Continuation } from '../models/export/continuation.ts';
import type { ExportOrder, ExportOutcome } from '../models/export/export-network.ts';
import type { ImportOutcome } from '../models/import/import-model.ts';
import type { WeightsOptions } from '../models/import/open-weights.ts';
import { lazy } from '../platform/lazy.ts';
import type { stopRun } from '../runs/command-run.ts';
import type { FolderRun } from '../runs/run-folder.ts';
import type { Check } from '../selftest/checks.ts';
import type { KnnOrder, KnnOutcome } from '../tasks/knn/judge.ts';
import type { LabelledTypes } from '../tasks/labelled-task.ts';
import type { TaskTypes } from '../tasks/task.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { ResumeRequest } from '../train/resume-run.ts';
import type { RunOutcome } from '../train/train-run.ts';
import type { TrainingOutcome } from '../train/training-options.ts';
import type { BenchCell, BenchRow } from './bench-table.ts';

/** What `scan` tells of a set of folders. */
export interface DatasetSummary {
  readonly images: number;
  readonly bytes: number;
  readonly formats: Readonly<Record<string, number>>;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  readonly duplicates: readonly (readonly string[])[];
  /** images that may not show what was meant, in words */
  readonly doubts?: readonly string[];
  /** files that are no images, by extension */
  readonly ignored?: Readonly<Record<string, number>>;
  /** what belongs to the system, left out: images and the folders that hold them */
  readonly system?: { readonly images: number; readonly folders: readonly string[] };
  /** folders that were reached again, and the path under which each was read */
  readonly repeatedFolders?: readonly { readonly path: string; readonly readAs: string }[];
  readonly fingerprint: string;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export type NetworkTensors = NamedTensors;

/** An image as the index knows it; commands only hand it on. */
export interface SampleRef {
  readonly path: string;
}

/** Images whose class is the name of their folder. */
export interface LabelledSamples {
  readonly samples: readonly SampleRef[];
  /** Index into `classes`, one a sample. */
  readonly labels: readonly number[];
  /** Sorted by name. */
  readonly classes: readonly string[];
}

export interface EngineParts {
  /** Each as it stands, what is known of them, and what `auto` takes; nothing is tried. */
  describeDevices(): Promise<DescribedDevices>;
  /** Tries these devices, whatever is known of them. */
  checkDevices(
    devices: readonly Device[],
    options: { onProgress: (progress: CheckProgress) => void },
  ): Promise<readonly DeviceCheck[]>;
  setupCuda(order: Parameters<typeof setupCuda>[0]): Promise<CudaOutcome>;
  removeCuda(): ReturnType<typeof removeCuda>;
  /** From a name, or `auto`, to the device that it means. */
  resolveDevice(name: string, options: ResolveOptions): Promise<ResolvedDevice>;
  scanFolders(
    folders: string[],
    options: { onProgress: (progress: Progress) => void },
  ): Promise<DatasetSummary>;
  sampleData(
    name: string,
    options: {
      out: string;
      count?: number;
      archive?: string;
      onProgress: (progress: Progress) => void;
    },
  ): Promise<{ out: string; train: number; test: number }>;
  benchData(options: {
    data: string;
    imageSize: number;
    workers: number;
  }): Promise<{ imagesPerSecond: number; imagesPerSecondPerCore: number }>;
  estimate(order: EstimateOrder): Promise<Estimate>;
  pretrain(order: PretrainOrder): Promise<TrainingOutcome>;
  openContinuation(reference: string, options: { workspace: string }): Promise<Continuation>;
  resumeRun(request: ResumeRequest): Promise<RunOutcome<TaskTypes>>;
  finetune(order: FinetuneOrder): Promise<RunOutcome<LabelledTypes>>;
  compare(order: CompareOrder): Promise<Comparison>;
  evaluate(order: EvaluateOrder): Promise<Evaluation>;
  knn(order: KnnOrder): Promise<KnnOutcome>;
  embed(order: EmbedOrder): Promise<Embedded>;
  stopRun(request: { workspace: string; run: string }): ReturnType<typeof stopRun>;
  listRuns(
    workspace: string,
    onWait?: (text: string) => void,
  ): Promise<{ runs: FolderRun[]; damaged: { dir: string; reason: string }[] }>;
  importModel(from: string, out: string, options: WeightsOptions): Promise<ImportOutcome>;
  exportNetwork(order: ExportOrder): Promise<ExportOutcome>;
  /** A network out of a run's newest checkpoint. */
  readNetwork(request: {
    workspace: string;
    run: string;
    network: 'teacher' | 'student';
  }): Promise<NetworkTensors>;
  /** The network as a run of this recipe starts with it. */
  untrainedNetwork(recipe: Recipe): Promise<NetworkTensors>;
  labelledSamples(folder: string): Promise<LabelledSamples>;
  /** One row of features an image and network: the norm of the mean of the last patch tokens. */
  features(request: {
    recipe: Recipe;
    networks: readonly NetworkTensors[];
    samples: readonly SampleRef[];
    device: string;
  }): Promise<FeatureRows[]>;
  runSelftest(options: {
    device: string;
    fixtures?: string;
    onCheck: (check: Check) => void;
  }): Promise<{ ok: boolean; worst: number; device: string; skipped: readonly string[] }>;
  benchStep(options: { recipe: Recipe; name: string; device: string }): Promise<StepBench>;
  /** The same in a process of its own. */
  benchCell(cell: BenchCell): Promise<BenchRow>;
}

/** The real engine. */
export function engineParts(): EngineParts {
  return {
    describeDevices: lazy(() => import('../devices/resolve-device.ts'), 'describeDevices'),
    async checkDevices(devices, options) {
      const { checkDevices } = await import('../devices/resolve-device.ts');
      return checkDevices(devices, { ...options, again: true });
    },
    setupCuda: lazy(() => import('../devices/cuda/setup-cuda.ts'), 'setupCuda'),
    removeCuda: lazy(() => import('../devices/cuda/setup-cuda.ts'), 'removeCuda'),
    resolveDevice: lazy(() => import('../devices/resolve-device.ts'), 'resolveDevice'),
    scanFolders: lazy(() => import('../data/scan.ts'), 'scanFolders'),
    sampleData: lazy(() => import('../data/sample-data.ts'), 'sampleData'),
    benchData: lazy(() => import('../data/bench.ts'), 'benchData'),
    async labelledSamples(folder) {
      const { readLabelledSet } = await import('../data/labelled/labelled-set.ts');
      const { samples, classes } = await readLabelledSet(folder);
      return { samples, classes, labels: samples.map(({ label }) => label) };
    },
    estimate: lazy(() => import('../estimate/estimate.ts'), 'estimatePretrain'),
    pretrain: lazy(() => import('../downstream/pretrain.ts'), 'pretrain'),
    resumeRun: lazy(() => import('../train/resume-run.ts'), 'resumeRun'),
    openContinuation: lazy(() => import('../models/continue-from.ts'), 'openContinuation'),
    finetune: lazy(() => import('../downstream/finetune.ts'), 'finetune'),
    evaluate: lazy(() => import('../downstream/evaluate.ts'), 'evaluate'),
    embed: lazy(() => import('../downstream/embed.ts'), 'embed'),
    knn: lazy(() => import('../tasks/knn/judge.ts'), 'knn'),
    compare: lazy(() => import('../downstream/compare.ts'), 'compare'),
    stopRun: lazy(() => import('../runs/command-run.ts'), 'stopRun'),
    listRuns: lazy(() => import('../runs/run-folder.ts'), 'listRuns'),
    importModel: lazy(() => import('../models/import/import-model.ts'), 'importModel'),
    exportNetwork: lazy(() => import('../models/export/export-network.ts'), 'exportNetwork'),
    async readNetwork({ run, ...options }) {
      const { openModel } = await import('../models/open-model.ts');
      return (await openModel(run, options)).model.tensors;
    },
    async untrainedNetwork(recipe) {
      const { initialNetworks } = await import('../tasks/pretrain/pretrain-learner.ts');
      const prefix = 'student.';
      return new Map(
        [...initialNetworks(recipe)]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
      );
    },
    async features({ recipe, networks, samples, device }) {
      const { loadEvalImages } = await import('../data/eval-images.ts');
      const { networkConfig } = await import('../nn/conmim-network.ts');
      const { extractFeatures } = await import('../features/features.ts');
      const { mean, std } = recipe;
      const imageSize = imageSides(recipe);
      const found = await extractFeatures({
        vit: networkConfig(recipe).vit,
        networks,
        layers: 'last',
        poolings: ['mean'],
        device,
        images: samples.length,
        load: (start, end) => loadEvalImages(samples.slice(start, end), { imageSize, mean, std }),
      });
      return found.map(([only]) => only!.rows);
    },
    runSelftest: lazy(() => import('../selftest/selftest.ts'), 'runSelftest'),
    benchCell: lazy(() => import('./bench-table.ts'), 'benchInProcess'),
    benchStep: lazy(() => import('../measure/bench-step.ts'), 'benchStep'),
  };
}
