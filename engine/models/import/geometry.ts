/**
 * A network's configuration, from the shapes of its tensors, and from hints where shapes do not
 * determine it.
 */

import { StudioError } from '../../contract/errors.ts';
import { MOST_CHANNELS } from '../../contract/settings/setting.ts';
import { someNames } from '../../contract/shorten.ts';
import { blockCount } from '../../formats/beit-names.ts';
import { relativePositionRows } from '../../nn/relative-position.ts';
import { blockTable, SHARED_TABLE, type VitConfig } from '../../nn/vit.ts';
import {
  bytesOf,
  HOST_ARRAYS,
  type HostTensor,
  hostTensor,
  type NamedTensors,
} from '../../tensor/host-tensor.ts';
import type { Hints } from './hint-fields.ts';
import { unsupportedNetwork } from './kinds.ts';

/** Names of a network except the patch embedding, and of tensors stored with it. */
const KNOWN =
  /^(blocks|norm|fc_norm|head|rel_pos_bias|projectors|lm_head|decoder\w*|pooler|fpn\d|decode_head|auxiliary_head)\.|_tokens?$|^(decoder_)?pos_embed$|_(table|index)$/;
const USUAL_HEAD_WIDTH = 64;
const USUAL_LAYER_SCALE = 0.1;

/**
 * `classPosition` tells whether position embeddings include the class token; those of DeiT III and
 * of timm with `no_embed_class` do not.
 *
 * @param tensors ConMIM names
 * @param index   rows of a table per pair of tokens, which some files store
 * @throws StudioError `import-unsupported`, `import-unclear`, `import-incomplete`
 */
export function inferGeometry(
  tensors: NamedTensors,
  index: HostTensor | undefined,
  hints: Hints,
): { vit: VitConfig; classPosition: boolean; notes: readonly string[] } {
  const notes: string[] = [];
  const { channels, embedDim, patchSize } = patchesOf(tensors);
  if (hints.embedDim !== undefined && hints.embedDim !== embedDim)
    throw new StudioError(
      'import-config-invalid',
      `config.json describes a network of width ${hints.embedDim}, but the tensors are of width ${embedDim}.`,
      { advice: 'Put the right config.json beside the weights, or none.' },
    );
  const relPos = tensors.has(SHARED_TABLE)
    ? 'shared'
    : tensors.has(blockTable(0))
      ? 'perBlock'
      : 'none';
  const table = tensors.get(relPos === 'shared' ? SHARED_TABLE : blockTable(0));
  const positions = tensors.get('pos_embed');
  if (table === undefined && positions === undefined && hints.withoutPositions !== true)
    throw unsupportedNetwork(
      'no positions, neither absolute nor relative: they are rotary (RoPE, as in DINOv3), or they were not saved',
    );
  const { grid, classPosition } = gridFrom({
    tableRows: table?.shape[0],
    positions: positions?.shape.at(-2),
    index,
    hint: hints.imageSize?.map((side) => side / patchSize) as [number, number] | undefined,
  });
  const imageSize = [grid.rows * patchSize, grid.cols * patchSize] as const;
  if (hints.imageSize !== undefined && hints.imageSize.join() !== imageSize.join())
    notes.push(
      `The configuration names images of ${hints.imageSize.join(' x ')} pixels, but the tensors are for ${imageSize.join(' x ')}.`,
    );
  const depth = blockCount(tensors);
  // A huge number in a name must not create as many blocks.
  if (depth > tensors.size) throw incomplete([`tensors of the ${depth} blocks that names tell of`]);
  const hidden = tensors.get('blocks.0.mlp.fc1.weight')?.shape[0];
  if (hidden === undefined) throw withoutFirstBlock(tensors, depth);
  if (tensors.get('blocks.0.mlp.fc2.weight')?.shape[1] === hidden / 2)
    throw unsupportedNetwork(
      'gated MLPs (SwiGLU), as DINOv2 giant and EVA-02 have them: blocks.0.mlp.fc1 gives twice what fc2 takes',
    );
  const vit: VitConfig = {
    channels,
    imageSize,
    patchSize,
    embedDim,
    depth,
    heads: table?.shape[1] ?? headsFrom(embedDim, hints, notes),
    mlpRatio:
      hints.mlpRatio !== undefined && Math.round(embedDim * hints.mlpRatio) === hidden
        ? hints.mlpRatio
        : hidden / embedDim,
    layerScale: tensors.has('blocks.0.gamma_1') ? hints.layerScale || USUAL_LAYER_SCALE : 0,
    relPos,
    absPos: positions !== undefined,
  };
  if (vit.embedDim % vit.heads !== 0)
    throw unsupportedNetwork(`a width of ${vit.embedDim} in ${vit.heads} heads`);
  if (positions !== undefined && !classPosition)
    notes.push(
      `The class token has no position of its own (as in DeiT III); zeros stand in for it, which computes the same.${hints.kind !== undefined ? '' : ' With rotary positions besides (RoPE), which leave no tensors, it would be another network, which cannot be computed here.'}`,
    );
  return { vit, classPosition, notes };
}

/** Position embeddings with a row of zeros in front, for a class token without one. */
export function withClassPosition(positions: HostTensor): HostTensor {
  const { dtype, shape, data } = positions;
  const width = shape.at(-1)!;
  const whole = new HOST_ARRAYS[dtype](data.length + width);
  bytesOf(whole).set(bytesOf(data), width * data.BYTES_PER_ELEMENT);
  return hostTensor(dtype, [1, shape.at(-2)! + 1, width], whole);
}

export function incomplete(missing: readonly string[]): StudioError {
  const onlyNorm = missing.every((name) => name.startsWith('norm.'));
  return new StudioError(
    'import-incomplete',
    `The weights lack ${someNames(missing, 5)}${onlyNorm ? ', the norm after the last block' : ''}.`,
    {
      advice: onlyNorm
        ? 'Save the network with that norm; transformers leaves it out of BEiT and data2vec that are saved without a pooling layer (add_pooling_layer=True brings it).'
        : 'Save the whole network again; a part of one cannot be used.',
      details: { missing },
    },
  );
}

function withoutFirstBlock(tensors: NamedTensors, depth: number): StudioError {
  const names = [...tensors.keys()];
  if (depth === 0) {
    const others = names.filter((name) => !/^(cls_token|pos_embed|patch_embed\.)/.test(name));
    return unsupportedNetwork(
      `no blocks that are known here${others.length === 0 ? '' : `: beside its embeddings it has ${others.slice(0, 3).join(', ')}`}`,
    );
  }
  if (!names.some((name) => name.startsWith('blocks.0.')))
    return new StudioError('import-incomplete', 'The weights lack blocks.0, all of the block.', {
      advice: 'Save the whole network again; a part of one cannot be used.',
      details: { missing: ['blocks.0'] },
    });
  return otherBlocks(tensors, 'blocks.0.mlp.fc1.weight');
}

/** An error for networks where all blocks lack a required tensor: another architecture. */
export function otherBlocks(tensors: NamedTensors, missing: string): StudioError {
  const block = /^blocks\.\d+\./;
  const its = [...tensors.keys()].filter((name) => block.test(name));
  const found = its.length === 0 ? [...tensors.keys()] : its;
  return unsupportedNetwork(
    `blocks of another kind: none has ${missing.replace(block, '')}. It has ${found.slice(0, 3).join(', ')}`,
    { missing, tensors: found.slice(0, 20) },
  );
}

function patchesOf(tensors: NamedTensors) {
  const name = 'patch_embed.proj.weight';
  const shape = tensors.get(name)?.shape;
  if (shape === undefined) {
    const others = [...tensors.keys()].filter((each) => !KNOWN.test(each));
    if (others.length === 0) throw incomplete([name]);
    throw unsupportedNetwork(`patches embedded in another way (${others.slice(0, 2).join(', ')})`);
  }
  const [embedDim, channels, height, width] = shape;
  if (shape.length === 5)
    throw unsupportedNetwork('patches in space and time, as networks for video have them');
  if (shape.length !== 4) throw unsupportedNetwork(`${name} of shape [${shape.join(', ')}]`);
  if (channels === undefined || channels < 1 || channels > MOST_CHANNELS)
    throw unsupportedNetwork(
      `${channels} channels where this program takes up to ${MOST_CHANNELS}`,
    );
  if (height !== width) throw unsupportedNetwork(`patches of ${height} x ${width} pixels`);
  return { channels, embedDim: embedDim!, patchSize: height! };
}

function headsFrom(embedDim: number, { heads }: Hints, notes: string[]): number {
  if (heads !== undefined) return heads;
  if (embedDim % USUAL_HEAD_WIDTH !== 0)
    throw new StudioError(
      'import-unclear',
      `Nothing tells how many heads the network of width ${embedDim} has.`,
      { advice: 'Say it: conmim import FILE --heads N --out DIR; then use DIR.' },
    );
  const usual = embedDim / USUAL_HEAD_WIDTH;
  notes.push(
    `Nothing tells the number of heads; ${usual} of width ${USUAL_HEAD_WIDTH} are assumed (else: --heads).`,
  );
  return usual;
}

interface GridClues {
  readonly tableRows: number | undefined;
  /** Number of tokens with a position embedding. */
  readonly positions: number | undefined;
  readonly index: HostTensor | undefined;
  readonly hint: readonly [rows: number, cols: number] | undefined;
}

interface FoundGrid {
  readonly grid: { readonly rows: number; readonly cols: number };
  readonly classPosition: boolean;
}

/** Rows and columns of patches, and whether there is a position for the class token. */
function gridFrom({ tableRows, positions, index, hint }: GridClues): FoundGrid {
  if (tableRows === undefined && positions === undefined) {
    if (hint?.every(Number.isInteger))
      return { grid: { rows: hint[0], cols: hint[1] }, classPosition: true };
    throw unclearSize('Nothing tells the size of the images');
  }
  const grids = (patches: number | undefined, classPosition: boolean): FoundGrid[] =>
    possibleGrids(tableRows, patches).map((grid) => ({ grid, classPosition }));
  const usual = grids(positions === undefined ? undefined : positions - 1, true);
  const possible = [...usual, ...(positions === undefined ? [] : grids(positions, false))];
  const hinted = possible.find(({ grid }) => grid.rows === hint?.[0] && grid.cols === hint[1]);
  if (hinted !== undefined) return hinted;
  const cols = index === undefined ? undefined : columnsFrom(index);
  const indexed = possible.find(({ grid }) => grid.cols === cols);
  if (indexed !== undefined) return indexed;
  const square = possible.find(({ grid }) => grid.rows === grid.cols);
  if (square !== undefined) return square;
  if (possible.length === 1) return possible[0]!;
  if (possible.length === 0)
    throw unsupportedNetwork(
      [
        ...(positions === undefined ? [] : [`positions for ${positions} tokens`]),
        ...(tableRows === undefined ? [] : [`a table of ${tableRows} relative positions`]),
      ].join(' and '),
    );
  throw unclearSize(
    positions === undefined
      ? 'The images are not square, and nothing tells their height and width'
      : `Positions for ${positions} tokens, with or without one for the class token, are not those of a square image, and nothing tells height and width`,
  );
}

function possibleGrids(tableRows: number | undefined, patches: number | undefined) {
  const most = patches ?? tableRows!;
  const found: { rows: number; cols: number }[] = [];
  for (let rows = 1; rows <= most; rows++) {
    const cols =
      patches !== undefined ? patches / rows : ((tableRows! - 3) / (2 * rows - 1) + 1) / 2;
    if (!Number.isInteger(cols) || cols < 1) continue;
    if (tableRows === undefined || relativePositionRows(rows, cols) === tableRows)
      found.push({ rows, cols });
  }
  return found;
}

/** In a row of patches, each column is the next row of the table. */
function columnsFrom({ shape, data }: HostTensor): number | undefined {
  const tokens = shape[0];
  if (tokens === undefined || shape.length !== 2 || shape[1] !== tokens) return undefined;
  const at = (query: number) => Number(data[query * tokens + 1]);
  for (let step = 1; step < tokens - 1; step++) if (at(1 + step) - at(1) !== step) return step;
  return tokens - 1;
}

function unclearSize(problem: string): StudioError {
  return new StudioError('import-unclear', `${problem}.`, {
    advice: 'Say it: conmim import FILE --image-size HEIGHT,WIDTH --out DIR; then use DIR.',
  });
}
