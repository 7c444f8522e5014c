/** A network as one ONNX file, which ONNX Runtime runs for a check before it is kept. */

import { writeFile } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { openOnnxFile } from '../../executors/onnx-file.ts';
import { encodeOnnxModel } from '../../formats/onnx/model.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { headOfModel, type Model } from '../model.ts';
import { otherFormats } from './formats-of.ts';
import {
  COMPARED_IMAGES,
  largestDifference,
  networkTensors,
  randomImages,
  runNetwork,
} from './forward.ts';
import { headMetadata } from './head-metadata.ts';
import { onnxNetwork } from './onnx-network.ts';
import { type Exported, writeExportFile } from './target.ts';

/** The size limit of protocol buffers, and so of ONNX files. */
const MAX_BYTES = 2 ** 31 - 1;
/** Upper bound of the bytes besides the weights. */
const OVERHEAD_BYTES = 2 ** 24;
/** Allowed difference, for another order of summation in single precision through all blocks. */
const TOLERANCE = 1e-3;

/**
 * @param file replaced if it is empty or an earlier export
 * @throws StudioError `onnx-too-large`; `weights-mismatch`, `target-taken`, `disk-full`,
 *   `export-failed`
 */
export async function exportOnnx(file: string, model: Model): Promise<Exported> {
  const network = { ...model, tensors: networkTensors(model) };
  const { size } = network.tensors;
  requireSmallEnough(network);
  let difference = 0;
  const bytes = await writeExportFile(file, {
    write: (beside) => writeFile(beside, encodeOnnxModel(onnxNetwork(network, metadataOf(model)))),
    async check(beside) {
      difference = await compareWithFile(model, beside);
    },
  });
  return { path: file, tensors: size, bytes, largestDifference: difference };
}

/** @throws StudioError `onnx-too-large` */
export function requireSmallEnough(model: Model, maxBytes = MAX_BYTES): void {
  const { tensors } = model;
  const bytes = [...tensors.values()].reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  if (bytes + OVERHEAD_BYTES <= maxBytes) return;
  throw new StudioError(
    'onnx-too-large',
    `The network has ${bytes} bytes of weights, and one ONNX file holds at most 2 GB.`,
    { advice: otherFormats(model, 'onnx'), details: { bytes } },
  );
}

/** The file is run with one image and with several, which checks that the batch size is free. */
async function compareWithFile(model: Model, file: string): Promise<number> {
  const images = randomImages(model, COMPARED_IMAGES);
  const exported = await openOnnxFile(file);
  try {
    let largest = 0;
    for (const batch of [1, COMPARED_IMAGES]) {
      const some = images.subarray(0, (images.length / COMPARED_IMAGES) * batch);
      const expected = await runNetwork(model, some, batch);
      const shape = [batch, ...imageShape(model.vit)];
      const found = await exported.run({ pixel_values: { shape, data: some } });
      largest = Math.max(largest, largestDifference(expected, found, TOLERANCE));
    }
    return largest;
  } finally {
    await exported.dispose();
  }
}

function metadataOf(model: Model): Record<string, string> {
  const { valueRange, mean, std, vit, origin, about } = model;
  return {
    origin,
    channels: JSON.stringify(vit.channels),
    value_range: JSON.stringify(valueRange),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
    image_size: JSON.stringify(vit.imageSize),
    ...(headOfModel(model) === undefined ? { pooling: 'mean' } : {}),
    ...headMetadata(model),
    ...(about.dataset ? { fingerprint: about.dataset.fingerprint } : {}),
  };
}
