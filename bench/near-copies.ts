// How often near copies are recognised, and how often images that are none are taken for them.
//   conmim sample-data cifar10 --out DIR && node build/run.mjs bench/near-copies.ts DIR [PHOTOGRAPHS…]
// DIR holds train/<class> and test/<class>. Further folders hold larger photographs, each a set of its own.
// Appends a row a change to bench/results/near-copies.csv.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { ArgumentError, plainArguments } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { findLeaks } from '../engine/data/labelled/leaks.ts';
import { probeImage } from '../engine/data/pixels/decode.ts';
import {
  greyCorrelation,
  hashBits,
  LEAST_CORRELATION,
  MOST_BITS,
} from '../engine/data/pixels/perceptual-hash.ts';
import { scanFolders } from '../engine/data/scan/scan.ts';
import type { Sample } from '../engine/data/sources/index-types.ts';

/** Sides of an image in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}
type Change = (image: Sharp, size: Size) => Sharp;

const CHANGED_IMAGES = 2000;

/** Crop a share of each side: `towards` 0 crops left and top, 0.5 all sides. */
function crop(share: number, towards: 0 | 0.5): Change {
  return (image, { width, height }) => {
    const cut = (side: number) => Math.max(towards === 0.5 ? 2 : 1, Math.round(side * share));
    const [across, down] = [cut(width), cut(height)];
    const left = towards === 0.5 ? Math.floor(across / 2) : across;
    const top = towards === 0.5 ? Math.floor(down / 2) : down;
    return image.extract({ left, top, width: width - across, height: height - down }).png();
  };
}
const scaled =
  (factor: number): Change =>
  (image, size) =>
    image.resize(Math.round(size.width * factor), Math.round(size.height * factor)).png();

const CHANGES: Readonly<Record<string, Change>> = {
  png: (image) => image.png(),
  webp70: (image) => image.webp({ quality: 70 }),
  jpeg90: (image) => image.jpeg({ quality: 90 }),
  jpeg75: (image) => image.jpeg({ quality: 75 }),
  jpeg50: (image) => image.jpeg({ quality: 50 }),
  'size x 0.5': scaled(0.5),
  'size x 0.77': scaled(0.77),
  'size x 2': scaled(2),
  'brightness x 1.1': (image) => image.linear(1.1, 0).png(),
  'brightness x 0.85': (image) => image.linear(0.85, 0).png(),
  'gamma 1.3': (image) => image.gamma(1.3).png(),
  grey: (image) => image.greyscale().png(),
  'crop 2% middle': crop(0.02, 0.5),
  'crop 2% corner': crop(0.02, 0),
  'crop 4% middle': crop(0.04, 0.5),
  mirrored: (image) => image.flop().png(),
};

const file = path.join(ROOT, 'bench', 'results', 'near-copies.csv');
function record(data: string, change: string, images: number, recognised: number): void {
  const share = Number((recognised / images).toPrecision(4));
  const row = [new Date().toISOString().slice(0, 10), data, change, images, recognised, share];
  if (!existsSync(file)) appendFileSync(file, 'date,data,change,images,recognised,share\n');
  appendFileSync(file, `${row.map((cell) => JSON.stringify(cell)).join(',')}\n`);
  process.stdout.write(`${row.join('  ')}\n`);
}

/** Every n-th sample, about CHANGED_IMAGES over all classes. */
function thinned(samples: readonly Sample[]): Sample[] {
  const step = Math.max(1, Math.floor(samples.length / CHANGED_IMAGES));
  return samples.filter(({ phash }, i) => i % step === 0 && phash);
}

function looksAlike(one: string, other: string): boolean {
  const [a, b] = [hashBits(one), hashBits(other)];
  const differing = [0, 1].map(
    (i) => ((a[i]! ^ b[i]!) >>> 0).toString(2).replaceAll('0', '').length,
  );
  const close = differing[0]! + differing[1]! <= MOST_BITS;
  return close && greyCorrelation(one, other) >= LEAST_CORRELATION;
}

async function measureChanges(name: string, samples: readonly Sample[]): Promise<void> {
  for (const [change, apply] of Object.entries(CHANGES)) {
    let recognised = 0;
    for (const { path: from, width, height, phash } of samples) {
      const image = sharp(readFileSync(from)).autoOrient();
      const changed = await apply(image, { width, height }).toBuffer();
      const look = (await probeImage(changed, 1e9)).phash;
      if (look && phash && looksAlike(look, phash)) recognised++;
    }
    record(name, change, samples.length, recognised);
  }
}

export async function main(args: string[]): Promise<void> {
  const [labelled, ...folders] = plainArguments(args, args.length);
  if (labelled === undefined) throw new ArgumentError('Give a folder that holds train/ and test/.');
  const test = await scanFolders([path.join(labelled, 'test')]);
  const train = await scanFolders([path.join(labelled, 'train')]);
  const leaks = findLeaks({
    evaluation: { samples: [...test.samples] },
    against: [{ ...train, name: 'train' }],
  });
  record(path.basename(labelled), 'none: test images found in train', test.images, leaks.length);
  await measureChanges(path.basename(labelled), thinned([...test.samples]));
  for (const folder of folders)
    await measureChanges(
      path.basename(folder),
      thinned([...(await scanFolders([folder])).samples]),
    );
}
