// How often near copies are recognised, and how often images that are none are taken for them.
//   conmim sample-data cifar10 --out DIR && node bench/near-copies.mjs DIR [PHOTOGRAPHS…]
// DIR holds train/<class> and test/<class>. Further folders hold larger photographs, each a set of its own.
// Appends a row a change to bench/results/near-copies.csv.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { compile } from '../build/compile.mjs';

compile();
const { probeImage } = await import('../out/engine/data/decode.js');
const { greyCorrelation, hashBits, LEAST_CORRELATION, MOST_BITS } = await import(
  '../out/engine/data/perceptual-hash.js'
);
const { scanFolders } = await import('../out/engine/data/scan.js');
const { findLeaks } = await import('../out/engine/data/labelled/leaks.js');

const CHANGED_IMAGES = 2000;

/** Cut away a share of each side, `towards` 0 at the left and top only, 0.5 about the middle. */
function crop(share, towards) {
  return (image, { width, height }) => {
    const cut = (side) => Math.max(towards === 0.5 ? 2 : 1, Math.round(side * share));
    const [across, down] = [cut(width), cut(height)];
    const left = towards === 0.5 ? Math.floor(across / 2) : across;
    const top = towards === 0.5 ? Math.floor(down / 2) : down;
    return image.extract({ left, top, width: width - across, height: height - down }).png();
  };
}
const scaled = (factor) => (image, size) =>
  image.resize(Math.round(size.width * factor), Math.round(size.height * factor)).png();

const CHANGES = {
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

const results = path.join(path.dirname(fileURLToPath(import.meta.url)), 'results');
const file = path.join(results, 'near-copies.csv');
function record(data, change, images, recognised) {
  const share = Number((recognised / images).toPrecision(4));
  const row = [new Date().toISOString().slice(0, 10), data, change, images, recognised, share];
  if (!existsSync(file)) appendFileSync(file, 'date,data,change,images,recognised,share\n');
  appendFileSync(file, `${row.map((cell) => JSON.stringify(cell)).join(',')}\n`);
  process.stdout.write(`${row.join('  ')}\n`);
}

/** Every n-th sample, so that there are about CHANGED_IMAGES of all classes. */
function thinned(samples) {
  const step = Math.max(1, Math.floor(samples.length / CHANGED_IMAGES));
  return samples.filter(({ phash }, i) => i % step === 0 && phash !== '');
}

function looksAlike(one, other) {
  const [a, b] = [hashBits(one), hashBits(other)];
  const differing = [0, 1].map((i) => ((a[i] ^ b[i]) >>> 0).toString(2).replaceAll('0', '').length);
  const close = differing[0] + differing[1] <= MOST_BITS;
  return close && greyCorrelation(one, other) >= LEAST_CORRELATION;
}

async function measureChanges(name, samples) {
  for (const [change, apply] of Object.entries(CHANGES)) {
    let recognised = 0;
    for (const { path: from, width, height, phash } of samples) {
      const image = sharp(readFileSync(from)).autoOrient();
      const changed = await apply(image, { width, height }).toBuffer();
      const look = (await probeImage(changed, 1e9)).phash;
      if (look && looksAlike(look, phash)) recognised++;
    }
    record(name, change, samples.length, recognised);
  }
}

const [labelled, ...folders] = process.argv.slice(2);
const test = await scanFolders([path.join(labelled, 'test')]);
const train = await scanFolders([path.join(labelled, 'train')]);
const leaks = findLeaks({ evaluation: test, against: [{ ...train, name: 'train' }] });
record(path.basename(labelled), 'none: test images found in train', test.images, leaks.length);
await measureChanges(path.basename(labelled), thinned(test.samples));
for (const folder of folders)
  await measureChanges(path.basename(folder), thinned((await scanFolders([folder])).samples));
