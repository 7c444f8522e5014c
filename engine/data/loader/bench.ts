/** Measurement of the throughput of training views here: decode, crop, both views, float32. */

import type { PreparedImages } from '../prepared/prepared-images.ts';
import { scanFolders } from '../scan/scan.ts';
import type { PairPlan } from '../views/render-plan.ts';
import { BatchLoader } from './batch-loader.ts';
import { Sampler } from './sampler.ts';

export interface DataBench {
  readonly imagesPerSecond: number;
  /** per second of processor time of the whole process */
  readonly imagesPerSecondPerCore: number;
}

const BATCH = 32;
const WARM_UP_BATCHES = 2;
const MEASURED_IMAGES = 1024;

/** The views with the authors' default settings. */
const AUTHORS_VIEWS = {
  kind: 'pair',
  seed: 0,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  crop: { minArea: 0.08, maxArea: 1, minRatio: 3 / 4, maxRatio: 4 / 3, interpolation: 'bicubic' },
  flip: 0.5,
  teacher: {
    jitter: [0.4, 0.4, 0.2, 0.1],
    jitterProbability: 0.8,
    grayProbability: 0.2,
    blurProbability: 0.1,
    blurRadius: [0.1, 2],
    solarizeProbability: 0.2,
  },
} as const satisfies Omit<PairPlan, 'imageSize'>;

export function benchPlan(side: number): PairPlan {
  return { ...AUTHORS_VIEWS, imageSize: [side, side] };
}

export async function benchData(options: {
  readonly data: string;
  readonly imageSize: number;
  readonly workers: number;
  /** where the images lie prepared */
  readonly prepared?: PreparedImages | undefined;
  readonly images?: number;
}): Promise<DataBench> {
  const { samples } = await scanFolders([options.data]);
  const batchSize = Math.min(BATCH, samples.length);
  const plan = benchPlan(options.imageSize);
  const loader = new BatchLoader({
    plan,
    samples,
    sampler: new Sampler({ count: samples.length, batchSize, seed: plan.seed }),
    batchSize,
    workers: options.workers,
    startStep: 0,
    prepared: options.prepared,
  });
  for (let i = 0; i < WARM_UP_BATCHES; i++) await loader.next();
  const batches = Math.ceil((options.images ?? MEASURED_IMAGES) / batchSize);
  const started = performance.now();
  const processorBefore = process.cpuUsage();
  for (let i = 0; i < batches; i++) await loader.next();
  const { user, system } = process.cpuUsage(processorBefore);
  const seconds = (performance.now() - started) / 1000;
  await loader.close();
  const images = batches * batchSize;
  return {
    imagesPerSecond: images / seconds,
    imagesPerSecondPerCore: images / ((user + system) / 1e6),
  };
}
