/** What pre-training takes from the data pipeline and the method; tests give their own. */
import type { Recipe } from '../../contract/recipe.ts';
import type { DatasetIndex } from '../../data/index-types.ts';
import type { Learner } from '../learner.ts';
import type { ImageIndex, ImageLoader, ImageLoaderOptions } from './batches.ts';
import type { PretrainBatch } from './pretrain-learner.ts';

export interface PretrainParts<Index extends ImageIndex = ImageIndex> {
  /** @param indexFile where the scan is remembered, so that the next one is quick */
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

/** The real ones, each loaded when it is first used. */
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
