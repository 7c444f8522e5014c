/**
 * A network that finds objects as ONNX ops, with the outputs of DETR in transformers: `logits`
 * [batch, queries, classes + 1], the last of "no object", `pred_boxes` [batch, queries, 4], centre x,
 * centre y, width and height as shares of the view, and with masks `pred_masks`, logits
 * [batch, queries, rows, cols].
 *
 * @source nn/query-detector.ts
 */
import { PLACE_WIDTH, placeTable } from '../../nn/place-encoding.ts';
import { maskGrid, PLACE } from '../../nn/query-detector.ts';
import { gridOf, type VitConfig } from '../../nn/vit.ts';
import { type Detector, detectorConfigOf } from '../model.ts';
import type { NamedOutput, NetworkWriter } from './onnx-writer.ts';

export function writeObjects(
  writer: NetworkWriter,
  vit: VitConfig,
  detector: Detector,
): NamedOutput[] {
  const config = detectorConfigOf(vit, detector);
  const { emitter } = writer;
  const { queries: Q, classes, masks } = config;
  const { tokens: T, patches } = gridOf(vit);
  const all = writer.layerNorm(queryTokens(writer, config), 'norm');
  const queries = writer.tokens(all, T, T + Q);
  const logits = writer.linear(queries, 'class_predictor.weight', 'class_predictor.bias');
  emitter.alias(logits, 'logits');
  emitter.alias(emitter.emit('Sigmoid', [threeLayers(writer, 'box_head', queries)]), 'pred_boxes');
  const outputs: NamedOutput[] = [
    ['logits', Q, classes + 1],
    ['pred_boxes', Q, 4],
  ];
  if (!masks) return outputs;
  const { rows, cols } = maskGrid(config)!;
  const fine = upscaled(writer, writer.tokens(all, T - patches, T), vit, rows);
  const shape = emitter.int64([0, vit.embedDim, -1]);
  const cells = emitter.emit('Reshape', [fine, shape]);
  const products = emitter.emit('MatMul', [threeLayers(writer, 'mask_head', queries), cells]);
  emitter.alias(
    emitter.emit('Reshape', [products, emitter.int64([0, 0, rows, cols])]),
    'pred_masks',
  );
  return [...outputs, ['pred_masks', Q, rows, cols]];
}

/** Tokens after the last block, with the queries behind them. */
function queryTokens(
  writer: NetworkWriter,
  { vit, queries: Q, queryBlocks }: ReturnType<typeof detectorConfigOf>,
): string {
  const { emitter } = writer;
  let x = writer.embed('pixel_values');
  for (let i = 0; i < vit.depth; i++) {
    let bias = writer.blockBias(i);
    if (i === vit.depth - queryBlocks) {
      const queries = writer.perImage('query.weight', 'pixel_values');
      x = emitter.emit('Concat', [withPlaces(writer, x, vit), queries], { axis: 1 });
    }
    if (i >= vit.depth - queryBlocks && bias !== undefined)
      bias = emitter.emit('Pad', [bias, emitter.int64([0, 0, 0, 0, 0, 0, Q, Q])]);
    x = writer.block(x, i, bias);
  }
  return x;
}

function withPlaces(writer: NetworkWriter, tokens: string, vit: VitConfig): string {
  if (vit.absPos) return tokens;
  const { emitter } = writer;
  const grid = gridOf(vit);
  const table = emitter.tensor('f32', [grid.patches, PLACE_WIDTH], placeTable(grid));
  const turned = emitter.emit('Transpose', [writer.tensor(PLACE)], { perm: [1, 0] });
  const ofPatches = emitter.emit('MatMul', [table, turned]);
  const before = emitter.int64([grid.tokens - grid.patches, 0, 0, 0]);
  return emitter.emit('Add', [tokens, emitter.emit('Pad', [ofPatches, before])]);
}

function threeLayers(writer: NetworkWriter, name: string, x: string): string {
  const layer = (i: number, value: string) =>
    writer.linear(value, `${name}.fc${i}.weight`, `${name}.fc${i}.bias`);
  return layer(3, writer.gelu(layer(2, writer.gelu(layer(1, x)))));
}

/** @param patches [batch, patches, E] @param rows of the result, [batch, E, rows, cols] */
function upscaled(writer: NetworkWriter, patches: string, vit: VitConfig, rows: number): string {
  const { emitter } = writer;
  const grid = gridOf(vit);
  const turned = emitter.emit('Transpose', [patches], { perm: [0, 2, 1] });
  let map = emitter.emit('Reshape', [turned, emitter.int64([0, 0, grid.rows, grid.cols])]);
  for (let i = 0; grid.rows * 2 ** i < rows; i++) {
    const at = (name: string) => `upscale_block.block.${i}.${name}`;
    const kernel = [writer.tensor(at('conv1.weight')), writer.tensor(at('conv1.bias'))];
    const twice = { kernel_shape: [2, 2], strides: [2, 2] };
    const grown = writer.gelu(emitter.emit('ConvTranspose', [map, ...kernel], twice));
    const each = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: vit.embedDim };
    const convolved = emitter.emit('Conv', [grown, writer.tensor(at('conv2.weight'))], each);
    const last = emitter.emit('Transpose', [convolved], { perm: [0, 2, 3, 1] });
    const normed = writer.layerNorm(last, at('layernorm2d'));
    map = emitter.emit('Transpose', [normed], { perm: [0, 3, 1, 2] });
  }
  return map;
}
