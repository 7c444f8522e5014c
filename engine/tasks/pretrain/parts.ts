/** The functions of the data pipeline and the method that pre-training uses; tests replace them. */
import type { Recipe } from '../../contract/recipe.ts';
import type { DatasetIndex } from '../../data/index-types.ts';
import type { Learner } from '../learner.ts';
import type { ImageIndex, ImageLoader, ImageLoaderOptions } from './batches.ts';
import type { PretrainBatch } from './pretrain-learner.ts';

export interface PretrainParts<Index extends ImageIndex = ImageIndex> {
  /** @param indexFile cache of the scan */
  scan(
    folders: readonly string[],
    indexFile: string,
    signal: AbortSignal | undefined,
    onProgress?: (progress: { readonly done: number; readonly total: number }) => void,
  ): Promise<Index>;
  openLoader(index: Index, options: ImageLoaderOptions): Promise<ImageLoader>;
  createLearner(options: {
    recipe: Recipe;
    device: string;
    threads?: number;
  }): Promise<Learner<PretrainBatch>>;
}

/** The real functions, each loaded on first use. */
export const pretrainParts: PretrainParts<DatasetIndex> = {
  async scan(folders, indexFile, signal, onProgress) {
    const options = { indexFile, signal, ...(onProgress === undefined ? {} : { onProgress }) };
    return (await import('../../data/scan.ts')).scanFolders(folders, options);
  },
  async openLoader(index, options) {
    return (await import('../../data/loader.ts')).createPretrainLoader({ index, ...options });
  },
  async createLearner(options) {
    return (await import('./pretrain-learner.ts')).createPretrainLearner(options);
  },
};
