/** The engine as commands see it: each part is loaded when first used, and tests give their own. */
import type { Recipe } from '../contract/recipe.ts';
import type { LazyList } from '../data/sources/lazy-list.ts';
import type { DenseSet } from '../data/targets/dense-types.ts';
import type { ResolveOptions } from '../devices/resolve-device.ts';
import type { Device } from '../executors/executor.ts';
import { lazy } from '../platform/lazy.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

/** Images whose class is the name of their folder. */
export interface LabelledSamples {
  readonly samples: LazyList<{ readonly path: string }>;
  /** Index into `classes`, one a sample. */
  readonly labels: readonly number[];
  /** Sorted by name. */
  readonly classes: readonly string[];
}

/** What commands call; each part is of one module. */
export type EngineParts = ReturnType<typeof engineParts>;

export function engineParts() {
  return {
    describeDevices: lazy(() => import('../devices/resolve-device.ts'), 'describeDevices'),
    /** Tries these devices, whatever is known of them. */
    async checkDevices(devices: readonly Device[], options: ResolveOptions) {
      const { checkDevices } = await import('../devices/resolve-device.ts');
      return checkDevices(devices, { ...options, again: true });
    },
    deviceKinds: lazy(() => import('../devices/device-kinds.ts'), 'deviceKinds'),
    setupCuda: lazy(() => import('../devices/cuda/setup-cuda.ts'), 'setupCuda'),
    removeCuda: lazy(() => import('../devices/cuda/setup-cuda.ts'), 'removeCuda'),
    setupOnednn: lazy(() => import('../devices/onednn/setup-onednn.ts'), 'setupOnednn'),
    removeOnednn: lazy(() => import('../devices/onednn/setup-onednn.ts'), 'removeOnednn'),
    resolveDevice: lazy(() => import('../devices/resolve-device.ts'), 'resolveDevice'),
    quickScan: lazy(() => import('../data/scan/quick-scan.ts'), 'quickScan'),
    scanFolders: lazy(() => import('../data/scan/scan.ts'), 'scanFolders'),
    readFilePixels: lazy(() => import('../data/pixels/file-pixels.ts'), 'readFilePixels'),
    writeNpy: lazy(() => import('../formats/npy.ts'), 'writeNpy'),
    readDenseSet: lazy(() => import('../data/targets/dense-set.ts'), 'readDenseSet'),
    async splitLeaks(set: DenseSet) {
      const { splitLeaks } = await import('../data/targets/split-leaks.ts');
      return splitLeaks(set);
    },
    writeOverlays: lazy(() => import('../data/targets/write-overlays.ts'), 'writeOverlays'),
    sampleData: lazy(() => import('../data/samples/sample-data.ts'), 'sampleData'),
    benchData: lazy(() => import('../data/loader/bench.ts'), 'benchData'),
    /** Images whose class is the name of their folder. */
    async labelledSamples(folder: string): Promise<LabelledSamples> {
      const { readLabelledSet } = await import('../data/labelled/labelled-set.ts');
      const { samples, classes } = await readLabelledSet(folder);
      return { samples, classes, labels: Array.from(samples, ({ label }) => label) };
    },
    estimate: lazy(() => import('../estimate/estimate.ts'), 'estimatePretrain'),
    prepareSet: lazy(() => import('../train/prepared/prepare-set.ts'), 'prepareSet'),
    prepareRecipe: lazy(() => import('../train/prepared/prepare-recipe.ts'), 'prepareRecipe'),
    listPrepared: lazy(() => import('../data/preparing/prepared-store.ts'), 'listPrepared'),
    removePrepared: lazy(() => import('../data/preparing/prepared-store.ts'), 'removePrepared'),
    openCollectives: lazy(() => import('../collectives/open-collectives.ts'), 'openCollectives'),
    startRanks: lazy(() => import('./ranks/start-ranks.ts'), 'startRanks'),
    watchedRanks: lazy(() => import('../collectives/watch/watched-collectives.ts'), 'watchedRanks'),
    followRun: lazy(() => import('../train/ranks/follow-run.ts'), 'followRun'),
    pretrain: lazy(() => import('../train/pretrain.ts'), 'pretrain'),
    resumeRun: lazy(() => import('../train/resume-run.ts'), 'resumeRun'),
    openContinuation: lazy(() => import('../models/continue-from.ts'), 'openContinuation'),
    finetune: lazy(() => import('../downstream/finetune.ts'), 'finetune'),
    evaluate: lazy(() => import('../downstream/evaluate.ts'), 'evaluate'),
    predict: lazy(() => import('../downstream/predict.ts'), 'predict'),
    embed: lazy(() => import('../downstream/embed.ts'), 'embed'),
    knn: lazy(() => import('../tasks/knn/evaluate.ts'), 'knn'),
    compare: lazy(() => import('../downstream/compare.ts'), 'compare'),
    study: lazy(() => import('../studies/study.ts'), 'study'),
    saveReport: lazy(() => import('../reports/save-report.ts'), 'saveReport'),
    buildReport: lazy(() => import('../reports/report.ts'), 'buildReport'),
    savePreset: lazy(() => import('../recipes/own-presets.ts'), 'savePreset'),
    partial: lazy(() => import('../downstream/partial.ts'), 'partial'),
    attention: lazy(() => import('../downstream/attention.ts'), 'attention'),
    writeAttention: lazy(() => import('../downstream/attention-files.ts'), 'writeAttention'),
    stopRun: lazy(() => import('../runs/command-run.ts'), 'stopRun'),
    describeRun: lazy(() => import('../runs/describe-run.ts'), 'describeRun'),
    editRun: lazy(() => import('../runs/describe-run.ts'), 'editRun'),
    deleteRun: lazy(() => import('../runs/delete-run.ts'), 'deleteRun'),
    listRuns: lazy(() => import('../runs/run-folder.ts'), 'listRuns'),
    readLearning: lazy(() => import('../insight/learning-report.ts'), 'readLearning'),
    drawLearning: lazy(() => import('../insight/draw-learning.ts'), 'drawLearning'),
    buildMap: lazy(() => import('../downstream/map/build-map.ts'), 'buildMap'),
    mapsOfRun: lazy(() => import('../downstream/map/like-image.ts'), 'mapsOfRun'),
    likeImage: lazy(() => import('../downstream/map/like-image.ts'), 'likeImage'),
    drawMap: lazy(() => import('../insight/map/draw-map.ts'), 'drawMap'),
    buildLookup: lazy(() => import('../downstream/lookup/build-lookup.ts'), 'buildLookup'),
    openLookup: lazy(() => import('../downstream/lookup/lookups.ts'), 'openLookup'),
    lookupsOfRun: lazy(() => import('../downstream/lookup/lookups.ts'), 'lookupsOfRun'),
    drawLookup: lazy(() => import('../downstream/lookup/lookups.ts'), 'drawLookup'),
    readStudent: lazy(() => import('../insight/student-report.ts'), 'readStudent'),
    drawStudent: lazy(() => import('../insight/draw-student.ts'), 'drawStudent'),
    importModel: lazy(() => import('../models/import/import-model.ts'), 'importModel'),
    exportNetwork: lazy(() => import('../models/export/export-network.ts'), 'exportNetwork'),
    /** A network out of a run's newest checkpoint. */
    async readNetwork(request: { workspace: string; run: string; network: 'teacher' | 'student' }) {
      const { run, ...options } = request;
      const { openModel } = await import('../models/open-model.ts');
      return (await openModel(run, options)).model.tensors;
    },
    /** The network as a run of this recipe starts with it. */
    async untrainedNetwork(recipe: Recipe): Promise<NamedTensors> {
      const { untrainedNetwork } = await import('../tasks/pretrain/untrained-network.ts');
      return untrainedNetwork(recipe);
    },
    /** One row of features an image and network: the norm of the mean of the last patch tokens. */
    features: lazy(() => import('../features/recipe-features.ts'), 'recipeFeatures'),
    runSelftest: lazy(() => import('../selftest/selftest.ts'), 'runSelftest'),
    benchCell: lazy(() => import('./bench-table.ts'), 'benchInProcess'),
    benchStep: lazy(() => import('../measure/bench-step.ts'), 'benchStep'),
  };
}
