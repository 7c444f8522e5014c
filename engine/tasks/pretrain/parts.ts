/** The functions of the data pipeline and the method that pre-training uses; tests replace them. */

import type { Collectives } from '../../collectives/collectives.ts';
import { defined } from '../../contract/defined.ts';
import type { Recipe } from '../../contract/recipe.ts';
import type { ScanDepth } from '../../contract/scan-depth.ts';
import { divisionOf } from '../../contract/settings/division.ts';
import type { StackChannels } from '../../contract/settings/stack-channels.ts';
import type { Tiling } from '../../contract/settings/tiling.ts';
import type { LabelledSetOptions } from '../../data/labelled/labelled-set.ts';
import type { Loader, LoaderSettings, RenderedBatch } from '../../data/loader/batch-loader.ts';
import { BackgroundScan } from '../../data/scan/background-scan.ts';
import type { DatasetIndex, TileCounts } from '../../data/sources/index-types.ts';
import type { LazyList } from '../../data/sources/lazy-list.ts';
import type { Notice } from '../../runs/events.ts';
import { scanMemory } from '../../runs/scan-memory.ts';
import { imagesThatFit, type JudgedImage } from '../shared/fitting.ts';
import type { SideWork } from '../side-work.ts';
import type { KnnImages, KnnSet } from './online-knn.ts';
import type { ProbedLearner } from './pretrain-learner.ts';
import type { RenderPairs } from './probe.ts';
import { type BesideRequest, ScanBeside } from './scan-beside.ts';

/** The facts about the images that training needs. */
export interface ImageIndex {
  readonly images: number;
  readonly fingerprint: string;
  /** Images that may not show what was meant, as sentences. */
  readonly doubts?: readonly string[];
  readonly samples?: LazyList<JudgedImage>;
  readonly tiles?: TileCounts;
  readonly excluded?: number;
}

/** How a scan divides files into images for a recipe, and where it remembers what it finds. */
export function scanPlan(
  workspace: string,
  folders: readonly string[],
  recipe: Pick<Recipe, 'tiles' | 'stack_channels'>,
): Pick<ScanRequest, 'indexFile' | 'tiles' | 'stacks'> {
  return {
    indexFile: scanMemory(workspace, folders, recipe),
    ...divisionOf(recipe),
  };
}

/** An index without the images that do not fit a recipe. @throws StudioError `no-images` */
export function fittingIndex<Index extends ImageIndex>(
  index: Index,
  recipe: Recipe,
): { readonly index: Index; readonly notices: readonly Notice[] } {
  const { samples } = index;
  if (samples === undefined) return { index, notices: [] };
  const { images, notices } = imagesThatFit(samples, recipe);
  if (images === samples) return { index, notices };
  return { index: { ...index, samples: images, images: images.length }, notices };
}

export interface ScanRequest {
  /** Cache of the scan. */
  readonly indexFile: string;
  /** how large images are divided */
  readonly tiles?: Tiling;
  /** dimensions of TIFF stacks that are channels */
  readonly stacks?: StackChannels;
  /** paths of images that are left out */
  readonly excluded?: ReadonlySet<string>;
  readonly depth: ScanDepth;
  readonly signal: AbortSignal | undefined;
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly total: number }) => void)
    | undefined;
}

export interface PretrainParts<Index extends ImageIndex = ImageIndex> {
  scan(folders: readonly string[], request: ScanRequest): Promise<Index>;
  /** The full scan after a quick one, beside the training. */
  scanBeside(request: BesideRequest): SideWork;
  openLoader(index: Index, settings: LoaderSettings): Promise<Loader<RenderedBatch>>;
  createLearner(options: {
    recipe: Recipe;
    device: string;
    threads?: number;
    probeImages?: number;
    isPooled?: boolean;
    ranks?: Collectives | undefined;
  }): Promise<ProbedLearner>;
  /** Of labelled images on which features are measured while training; tests need none. */
  readLabels?(source: string, recipe: Recipe, options: LabelledSetOptions): Promise<KnnSet>;
  loadLabelled?(set: KnnSet, recipe: Recipe): Promise<KnnImages>;
  /** Left out, nothing is measured of the networks while they train. */
  renderPairs?(index: Index, ...request: Parameters<RenderPairs>): ReturnType<RenderPairs>;
}

/** The real functions, each loaded on first use. */
export const pretrainParts: PretrainParts<DatasetIndex> = {
  async scan(folders, { onProgress, ...request }) {
    const { scanToDepth } = await import('../../data/scan/scan-to-depth.ts');
    return scanToDepth(folders, { ...request, ...defined({ onProgress }), forTraining: true });
  },
  scanBeside: (request) => new ScanBeside(request, new BackgroundScan(request)),
  async openLoader({ samples }, settings) {
    const { BatchLoader } = await import('../../data/loader/batch-loader.ts');
    const { Sampler } = await import('../../data/loader/sampler.ts');
    const { batchSize, plan } = settings;
    const sampler = new Sampler({ count: samples.length, batchSize, seed: plan.seed });
    return new BatchLoader({ ...settings, samples, sampler });
  },
  async renderPairs({ samples }, ids, plan) {
    const { BatchLoader } = await import('../../data/loader/batch-loader.ts');
    const sampleIds = Uint32Array.from(ids, (_, i) => i);
    const loader = new BatchLoader({
      plan,
      batchSize: ids.length,
      workers: 0,
      startStep: 0,
      samples: ids.map((id) => samples.at(id)!),
      sampler: { stepsPerEpoch: 1, batch: () => ({ epoch: 0, sampleIds }) },
    });
    try {
      const { views } = await loader.next();
      return [views[0]!, views[1]!];
    } finally {
      await loader.close();
    }
  },
  async readLabels(...request) {
    return (await import('./online-knn.ts')).readKnnSet(...request);
  },
  async loadLabelled(...request) {
    return (await import('./online-knn.ts')).loadKnnImages(...request);
  },
  async createLearner(options) {
    return (await import('./pretrain-learner.ts')).createPretrainLearner(options);
  },
};
