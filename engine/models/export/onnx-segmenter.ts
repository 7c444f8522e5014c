/**
 * The head of a segmenter as ONNX ops, on maps [batch, C, rows, cols].
 *
 * @source nn/segmenter.ts, nn/upernet.ts
 */
import { BATCH_NORM_EPS } from '../../nn/batch-norm.ts';
import type { GridSize } from '../../nn/feature-map.ts';
import { averagingMatrix, bilinearMatrix, type ResizingMatrix } from '../../nn/resizing-matrix.ts';
import { logitGrid, type SegmenterConfig } from '../../nn/segmenter.ts';
import { POOL_SCALES, poolLayer } from '../../nn/upernet.ts';
import { gridOf, type VitConfig } from '../../nn/vit.ts';
import { type Segmenter, segmenterConfigOf } from '../model.ts';
import { type NamedOutput, type NetworkWriter, transposed } from './onnx-writer.ts';

interface MapValue extends GridSize {
  readonly value: string;
}

/** `logits` [batch, classes, rows, cols], on the grid of the head. */
export function writePixelClasses(
  writer: NetworkWriter,
  vit: VitConfig,
  segmenter: Segmenter,
): NamedOutput[] {
  const config = segmenterConfigOf(vit, segmenter);
  writer.emitter.alias(pixelLogits(writer, config), 'logits');
  const { rows, cols } = logitGrid(config);
  return [['logits', config.classes, rows, cols]];
}

function pixelLogits(writer: NetworkWriter, { vit, head }: SegmenterConfig): string {
  const { rows, cols, tokens } = gridOf(vit);
  const stops = writer.trunk('pixel_values');
  if (head.kind === 'linear') {
    const patches = writer.tokens(stops.at(-1)!, tokens - rows * cols, tokens);
    const normed = writer.layerNorm(patches, 'norm');
    return writer.channelsFirst(writer.linear(normed, 'head.weight', 'head.bias'), rows, cols);
  }
  const features = head.depths.map((depth) => writer.patchMap(stops[depth - 1]!));
  return new UpernetWriter(writer, { rows, cols }).logits(features);
}

class UpernetWriter {
  readonly #writer: NetworkWriter;
  /** Of patches. */
  readonly #grid: GridSize;

  constructor(writer: NetworkWriter, grid: GridSize) {
    this.#writer = writer;
    this.#grid = grid;
  }

  logits(features: readonly string[]): string {
    const { emitter, tensor } = this.#bound();
    const { rows, cols } = this.#grid;
    const at = (value: string, factor: number): MapValue => ({
      value,
      rows: Math.floor(rows * factor),
      cols: Math.floor(cols * factor),
    });
    const finer = this.#writer.gelu(this.#norm(this.#grow(features[0]!, 'fpn1.0'), 'fpn1.1'));
    const pooling = { kernel_shape: [2, 2], strides: [2, 2] };
    const levels = [
      at(this.#grow(finer, 'fpn1.3'), 4),
      at(this.#grow(features[1]!, 'fpn2.0'), 2),
      at(features[2]!, 1),
      at(emitter.emit('MaxPool', [features[3]!], pooling), 1 / 2),
    ];
    const last = levels[3]!;
    const pooled = POOL_SCALES.map((scale, i) => {
      const means = this.#resample(last, averagingMatrix, { rows: scale, cols: scale });
      return this.#resample(this.#layer(means, poolLayer(i)), bilinearMatrix, last).value;
    });
    const joined = emitter.emit('Concat', [last.value, ...pooled], { axis: 1 });
    const top = this.#layer({ ...last, value: joined }, 'decode_head.bottleneck');
    const sums: MapValue[] = [];
    let coarser = top;
    for (const i of [2, 1, 0]) {
      const lateral = this.#layer(levels[i]!, `decode_head.lateral_convs.${i}`);
      const above = this.#resample(coarser, bilinearMatrix, lateral).value;
      coarser = { ...lateral, value: emitter.emit('Add', [lateral.value, above]) };
      sums[i] = coarser;
    }
    const outputs = sums.map((map, i) => this.#layer(map, `decode_head.fpn_convs.${i}`));
    const fine = [...outputs, top].map(
      (map) => this.#resample(map, bilinearMatrix, levels[0]!).value,
    );
    const all = { ...levels[0]!, value: emitter.emit('Concat', fine, { axis: 1 }) };
    const { value } = this.#layer(all, 'decode_head.fpn_bottleneck');
    const classifier = ['weight', 'bias'].map((part) => tensor(`decode_head.classifier.${part}`));
    return emitter.emit('Conv', [value, ...classifier], { kernel_shape: [1, 1] });
  }

  #bound() {
    const writer = this.#writer;
    return { emitter: writer.emitter, tensor: (name: string) => writer.tensor(name) };
  }

  /** A convolution without bias, batch normalisation and ReLU. */
  #layer(map: MapValue, name: string): MapValue {
    const { emitter, tensor } = this.#bound();
    const side = this.#writer.shapeOf(`${name}.conv.weight`)[2]!;
    const border = (side - 1) / 2;
    const attributes = { kernel_shape: [side, side], pads: [border, border, border, border] };
    const convolved = emitter.emit('Conv', [map.value, tensor(`${name}.conv.weight`)], attributes);
    return { ...map, value: emitter.emit('Relu', [this.#norm(convolved, `${name}.bn`)]) };
  }

  #norm(value: string, name: string): string {
    const { emitter, tensor } = this.#bound();
    const parts = ['weight', 'bias', 'running_mean', 'running_var'];
    const operands = parts.map((part) => tensor(`${name}.${part}`));
    const attributes = { epsilon: { float: BATCH_NORM_EPS } };
    return emitter.emit('BatchNormalization', [value, ...operands], attributes);
  }

  #grow(value: string, name: string): string {
    const { emitter, tensor } = this.#bound();
    const operands = ['weight', 'bias'].map((part) => tensor(`${name}.${part}`));
    const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
    return emitter.emit('ConvTranspose', [value, ...operands], attributes);
  }

  /** Both axes by constant matrices. */
  #resample(
    map: MapValue,
    matrixOf: (from: number, to: number) => ResizingMatrix,
    { rows, cols }: GridSize,
  ): MapValue {
    const [down, across] = [matrixOf(map.rows, rows), matrixOf(map.cols, cols)];
    const { emitter } = this.#writer;
    const turned = transposed(across.weights, cols, map.cols);
    const wide = across.same
      ? map.value
      : emitter.emit('MatMul', [map.value, emitter.tensor('f32', [map.cols, cols], turned)]);
    const value = down.same
      ? wide
      : emitter.emit('MatMul', [emitter.tensor('f32', [rows, map.rows], down.weights), wide]);
    return { value, rows, cols };
  }
}
