/** Attention maps as pictures and arrays in a folder, with a description in `attention.json`. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../contract/parse-json.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { refuseTaken } from '../disk/result-file.ts';
import { writeNpy } from '../formats/npy.ts';
import { rasterise, writePng } from '../insight/figures/png.ts';
import type { Attention, NetworkAttention } from './attention.ts';
import { type AttentionView, attentionFigures } from './attention-figures.ts';

export interface AttentionOutput extends AttentionView {
  readonly folder: string;
  readonly png: boolean;
  readonly npy: boolean;
}

const DESCRIPTION = 'attention.json';
const FORMAT = 'conmim-attention-1';
const ARRAYS = ['attention', 'rollout', 'pixels'] as const;
type ArrayName = (typeof ARRAYS)[number];

/** @returns paths of the files @throws StudioError `target-taken`, `layer-unknown`, errors of writing */
export async function writeAttention(found: Attention, output: AttentionOutput): Promise<string[]> {
  const { folder, png, npy } = output;
  const at = (name: string) => path.join(folder, name);
  const figures = png ? attentionFigures(found, output) : [];
  const arrays = npy ? found.networks.flatMap(arraysOf) : [];
  const files = [...figures, ...arrays].map(({ file }) => file);
  const earlier = await earlierFiles(at(DESCRIPTION));
  const isOwn = async (file: string) => earlier.has(path.basename(file));
  for (const name of [DESCRIPTION, ...files]) await refuseTaken(at(name), isOwn);
  // First, so that what a crash leaves is known as this command's.
  const described = {
    format: FORMAT,
    ...descriptionOf(found, npy),
    figures: figures.map(({ svg: _, ...each }) => each),
    files,
  };
  await writeFileAtomically(
    at(DESCRIPTION),
    (beside) => writeFile(beside, `${JSON.stringify(described, undefined, 1)}\n`),
    undefined,
    isOwn,
  );
  for (const { file, svg } of figures) await writePng(at(file), await rasterise(svg));
  for (const { file, shape, data } of arrays)
    await writeFileAtomically(
      at(file),
      (beside) => writeNpy(beside, { dtype: 'f32', shape, data }),
      undefined,
      isOwn,
    );
  return [DESCRIPTION, ...files].map(at);
}

/** Names of the files of an earlier call, with the description. */
async function earlierFiles(file: string): Promise<ReadonlySet<string>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const found = parseJson(text) as { format?: unknown; files?: unknown } | undefined;
  if (found?.format !== FORMAT || !Array.isArray(found.files)) return new Set();
  return new Set([DESCRIPTION, ...found.files.map(String)]);
}

function descriptionOf({ images, networks }: Attention, npy: boolean) {
  return {
    images,
    networks: networks.map((network, i) => {
      const { label, origin, step, untrained, input, maps } = network;
      const { blocks, heads, rows, cols } = maps;
      const arrays = Object.fromEntries(ARRAYS.map((name) => [name, arrayFile(i, name)]));
      return {
        label,
        origin,
        step,
        untrained,
        blocks,
        heads,
        rows,
        cols,
        input,
        ...(npy ? { arrays } : {}),
      };
    }),
  };
}

function arraysOf({ maps, input }: NetworkAttention, i: number) {
  const { images, blocks, heads, rows, cols } = maps;
  const shapes: Record<ArrayName, number[]> = {
    attention: [images, blocks, heads, rows, cols],
    rollout: [images, blocks, rows, cols],
    pixels: [images, input.channels, ...input.imageSize],
  };
  return ARRAYS.map((name) => ({
    file: arrayFile(i, name),
    shape: shapes[name],
    data: maps[name],
  }));
}

const arrayFile = (i: number, name: ArrayName) => `network-${i + 1}.${name}.npy`;
