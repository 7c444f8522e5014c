/** A network in an ONNX file that finds objects by queries, which predicts batches on the CPU. */
import {
  channelsLast,
  type OnnxImages,
  type OnnxOutput,
  openOnnxOutputs,
  unusable,
} from './onnx-outputs.ts';

export interface OnnxObjectsOptions extends OnnxImages {
  readonly classes: number;
  readonly masks: boolean;
  readonly batchSize: number;
}

export interface OnnxObjects {
  readonly queries: number;
  /** Of the masks, where there are some. */
  readonly grid: { readonly rows: number; readonly cols: number } | undefined;
  /** @param images [batchSize, C, H, W] */
  predict(images: Float32Array): Promise<{
    /** [batchSize, Q, classes + 1] logits, the last of "no object" */
    readonly classes: Float32Array;
    /** [batchSize, Q, 4] centre x, centre y, width, height, as shares of the view */
    readonly boxes: Float32Array;
    /** [batchSize, rows·cols, Q] logits */
    readonly masks: Float32Array | undefined;
  }>;
  dispose(): Promise<void>;
}

const BOXES = ['logits', 'pred_boxes'] as const;
type Output = (typeof BOXES)[number] | 'pred_masks';

/** @throws StudioError `onnx-unusable` */
export async function openOnnxObjects(options: OnnxObjectsOptions): Promise<OnnxObjects> {
  const { batchSize, masks: hasMasks } = options;
  const names: readonly Output[] = hasMasks ? [...BOXES, 'pred_masks'] : BOXES;
  const opened = await openOnnxOutputs<Output>(options, names);
  try {
    const { queries, grid } = sizesOf(options, await opened.try());
    return {
      queries,
      grid,
      async predict(images) {
        const {
          logits,
          pred_boxes: boxes,
          pred_masks: masks,
        } = await opened.run(images, batchSize);
        return {
          classes: logits.data,
          boxes: boxes.data,
          masks: grid && channelsLast(masks.data, queries, grid.rows * grid.cols),
        };
      },
      dispose: opened.dispose,
    };
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

/** @throws StudioError `onnx-unusable` for outputs of other shapes */
function sizesOf(
  { file, classes, masks: hasMasks }: OnnxObjectsOptions,
  { logits, pred_boxes: boxes, pred_masks: masks }: Record<Output, OnnxOutput>,
) {
  const [, queries = 0, outputs] = logits.shape;
  if (logits.shape.length !== 3 || outputs !== classes + 1)
    throw unusable(
      file,
      `gives logits of ${logits.shape.join(' x ')} where its metadata names ${classes} classes, which with “no object” are ${classes + 1}`,
    );
  if (boxes.shape.join() !== [1, queries, 4].join())
    throw unusable(file, `gives pred_boxes of ${boxes.shape.join(' x ')}, not 4 for each query`);
  if (!hasMasks) return { queries, grid: undefined };
  const [, of, rows, cols] = masks.shape;
  if (of !== queries || rows === undefined || cols === undefined)
    throw unusable(file, `gives pred_masks of ${masks.shape.join(' x ')}, not one for each query`);
  return { queries, grid: { rows, cols } };
}
