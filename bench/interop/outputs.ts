// Exports networks in every format and writes down what they answer, so that compare.py can hold other
// programs' answers against them.
//   node build/run.mjs bench/interop/outputs.ts RUN --workspace DIR --images DIR --out DIR [--checkpoint N] [--count N]
//   node build/run.mjs bench/interop/outputs.ts --tiny --out DIR   (random networks of every kind, a folder each)

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadEvalImages } from '../../engine/data/views/eval-images.ts';
import { writeNpy } from '../../engine/formats/npy.ts';
import { NETWORK_FORMATS } from '../../engine/models/export/export-network.ts';
import { randomImages, runNetwork } from '../../engine/models/export/forward.ts';
import { TINY_KINDS, tinyModel } from '../../engine/models/export/testing/tiny-models.ts';
import { imagesOfModel, type Model } from '../../engine/models/model.ts';
import { openModel } from '../../engine/models/open-model.ts';
import { imageElements, imageShape } from '../../engine/nn/image-shape.ts';
import type { HostTensor } from '../../engine/tensor/host-tensor.ts';

const NAMES: Readonly<Record<string, string>> = {
  safetensors: 'network.safetensors',
  onnx: 'network.onnx',
};
const BATCH = 50;

/** An image file and its class. */
interface LabelledPath {
  readonly path: string;
  readonly label: string;
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      workspace: { type: 'string', default: 'workspace' },
      images: { type: 'string' },
      out: { type: 'string' },
      checkpoint: { type: 'string' },
      count: { type: 'string', default: '500' },
      tiny: { type: 'boolean', default: false },
    },
  });
  if (values.tiny) {
    const kinds: typeof TINY_KINDS = [...TINY_KINDS, ['wide images', { imageSize: [8, 20] }]];
    for (const [i, [kind, changes]] of kinds.entries()) {
      const model = { ...tinyModel(changes), origin: `tiny: ${kind}` };
      await write(path.resolve(values.out!, String(i)), model, randomImages(model, 8), []);
    }
  } else {
    const step = values.checkpoint === undefined ? {} : { step: Number(values.checkpoint) };
    const { model } = await openModel(positionals[0]!, { workspace: values.workspace, ...step });
    const samples = imagesBelow(path.resolve(values.images!), Number(values.count));
    const images = await loadEvalImages(samples, imagesOfModel(model));
    await write(path.resolve(values.out!), model, images, samples);
  }
}

/** Images evenly spread over the folders, in the order of names. */
function imagesBelow(folder: string, count: number): LabelledPath[] {
  const classes = readdirSync(folder).sort();
  const each = Math.ceil(count / classes.length);
  return classes
    .flatMap((name) =>
      readdirSync(path.join(folder, name))
        .sort()
        .slice(0, each)
        .map((file) => ({ path: path.join(folder, name, file), label: name })),
    )
    .slice(0, count);
}

/** Write all formats, the images, and the network's outputs for them. */
async function write(
  out: string,
  model: Model,
  images: Float32Array,
  samples: readonly LabelledPath[],
): Promise<void> {
  mkdirSync(out, { recursive: true });
  const square = model.vit.imageSize[0] === model.vit.imageSize[1];
  for (const [format, write] of Object.entries(NETWORK_FORMATS)) {
    if (format === 'hf' && !square) continue;
    const written = await write(path.join(out, NAMES[format] ?? format), model);
    process.stdout.write(`${JSON.stringify({ network: model.origin, format, ...written })}\n`);
  }
  const size = imageElements(model.vit);
  const total = images.length / size;
  const answers = new Map<string, HostTensor & { readonly data: Float32Array }>();
  for (let start = 0; start < total; start += BATCH) {
    const count = Math.min(BATCH, total - start);
    const some = images.subarray(start * size, (start + count) * size);
    for (const [name, tensor] of await runNetwork(model, some, count)) {
      const [shape, data] = [tensor.shape, tensor.data as Float32Array];
      const all = answers.get(name) ?? {
        dtype: 'f32' as const,
        shape: [total, ...shape.slice(1)],
        data: new Float32Array((data.length / count) * total),
      };
      all.data.set(data, (data.length / count) * start);
      answers.set(name, all);
    }
  }
  const shape = [total, ...imageShape(model.vit)];
  answers.set('images', { dtype: 'f32', shape, data: images });
  for (const [name, array] of answers) await writeNpy(path.join(out, `${name}.npy`), array);
  const about = { origin: model.origin, classes: model.head?.classes ?? [], samples };
  writeFileSync(path.join(out, 'interop.json'), JSON.stringify(about));
}
