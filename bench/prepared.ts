// Views a second and core from prepared images and from the files, in turns,
// and the difference of both from crops of the whole picture.
//   npm run bench:prepared [-- DIR [SIDE]]   (makes eight JPEGs of 4000 x 3000 pixels without a folder)
// Appends rows to bench/results/prepared.csv.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { plainArguments, wholeNumber } from '../build/arguments.ts';
import { benchData, benchPlan } from '../engine/data/loader/bench.ts';
import { decodeImage } from '../engine/data/pixels/decode.ts';
import type { RgbImage } from '../engine/data/pixels/image.ts';
import type { Picture } from '../engine/data/pixels/picture.ts';
import { PreparedImages, type PreparedPlace } from '../engine/data/prepared/prepared-images.ts';
import { prepareImages } from '../engine/data/preparing/prepare-images.ts';
import { preparedSettings } from '../engine/data/preparing/prepared-settings.ts';
import { scanFolders } from '../engine/data/scan/scan.ts';
import type { DatasetIndex } from '../engine/data/sources/index-types.ts';
import { writeSampleJpegs } from '../engine/data/testing/sample-jpegs.ts';
import { randomCrop } from '../engine/data/views/augment/crop.ts';
import { NetworkInput } from '../engine/data/views/network-input.ts';
import type { PairPlan } from '../engine/data/views/render-plan.ts';
import { RandomStream } from '../engine/random/philox.ts';
import { appendRows } from './append-rows.ts';

const TURNS = 3;
const FROM_FILES = 192;
const FROM_PREPARED = 1024;
const CROPS = 8;

/** Mean absolute difference of plain views from crops of the whole picture, in 255ths. */
async function differences(
  samples: DatasetIndex['samples'],
  prepared: PreparedImages,
  { seed, crop, imageSize: [height, width], ...reading }: PairPlan,
) {
  const input = new NetworkInput(reading);
  const view = (picture: Picture) =>
    Uint8Array.from((input.resize(picture, { width, height }, 'bicubic') as RgbImage).data);
  const sums = { files: 0, prepared: 0 };
  for (const [i, sample] of [...samples].entries()) {
    const whole = await decodeImage(sample.path);
    for (let repeat = 0; repeat < CROPS; repeat++) {
      const random = new RandomStream(seed, 'crop', 0, i, repeat);
      const region = randomCrop(random, sample.width, sample.height, crop);
      const exact = view({ ...whole, box: region });
      const from = async (place: PreparedPlace | undefined) => {
        const file = { ...sample, prepared: place };
        return meanDifference(
          exact,
          view(await input.decodeRegion(file, region, { width, height })),
        );
      };
      sums.files += await from(undefined);
      sums.prepared += await from(prepared.find(sample));
    }
  }
  await input.close();
  const count = samples.length * CROPS;
  return { filesDifference: sums.files / count, preparedDifference: sums.prepared / count };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

export async function main(args: string[]): Promise<void> {
  const [given, sideText = '224'] = plainArguments(args, 2);
  const side = wholeNumber(sideText, 'SIDE');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-bench-'));
  const data = given ?? path.join(folder, 'data');
  const out = path.join(folder, 'prepared');
  try {
    if (given === undefined) await writeSampleJpegs(data, 8, { width: 4000, height: 3000 });
    const { samples, bytes, images: count } = await scanFolders([data]);
    const { width, height } = samples.at(0)!;
    const settings = preparedSettings(benchPlan(side));
    const before = process.cpuUsage();
    let preparedBytes = 0;
    const onPlan = ({ neededBytes }: { neededBytes: number }) => {
      preparedBytes = neededBytes;
    };
    await prepareImages({ samples, settings, folder: out, threads: 1, onPlan });
    const { user, system } = process.cpuUsage(before);
    const prepared = await PreparedImages.open(out);
    const changed = await differences(samples, prepared, benchPlan(side));
    const options = { data, imageSize: side, workers: 1 };
    for (let turn = 0; turn < TURNS; turn++) {
      const files = await benchData({ ...options, images: FROM_FILES });
      const cache = await benchData({ ...options, images: FROM_PREPARED, prepared });
      const row = {
        cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
        threads: os.availableParallelism(),
        node: process.version,
        width,
        height,
        fromFiles: files.imagesPerSecondPerCore,
        fromPrepared: cache.imagesPerSecondPerCore,
        ratio: cache.imagesPerSecondPerCore / files.imagesPerSecondPerCore,
        fileBytes: bytes / count,
        preparedBytes: preparedBytes / count,
        prepareCpuMs: (user + system) / 1000 / count,
        side,
        ...changed,
        load: os.loadavg()[0],
      };
      console.log(row);
      appendRows('prepared', [row]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
