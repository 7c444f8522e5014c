/** The formats that a network can be exported to, as advice where another one was asked for. */
import { listText } from '../../contract/list-text.ts';
import { findsObjects, hasPixelClasses, taskOfRun } from '../../contract/tasks.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { Model } from '../model.ts';

/** Transformers has UPerNet and no other head of dense tasks; timm has none. */
type Head = 'whole images' | 'upernet' | 'other dense head';

function formatsFor(head: Head, isSquare: boolean): string[] {
  const hf = isSquare && head !== 'other dense head' ? ['hf'] : [];
  return ['safetensors', ...(head === 'whole images' ? ['timm'] : []), ...hf, 'onnx'];
}

/** For example `Use --format safetensors or onnx.` */
export function otherFormats(
  { segmenter, detector, vit }: Pick<Model, 'segmenter' | 'detector' | 'vit'>,
  refused: string,
): string {
  const [height, width] = vit.imageSize;
  const isUpernet = segmenter?.head.kind === 'upernet';
  const isDense = segmenter !== undefined || detector !== undefined;
  const head = isUpernet ? 'upernet' : isDense ? 'other dense head' : 'whole images';
  return advice(formatsFor(head, height === width).filter((format) => format !== refused));
}

/** The same for a run of fine-tuning, which is no continuation. */
export function formatsOfRun(run: Pick<RunRecord, 'kind' | 'task' | 'recipe'>): string {
  const { head, image_size: size } = run.recipe;
  const task = taskOfRun(run);
  const isUpernet = head === 'upernet' && !findsObjects(task);
  const dense = isUpernet ? 'upernet' : 'other dense head';
  return advice(
    formatsFor(hasPixelClasses(task) ? dense : 'whole images', typeof size === 'number'),
  );
}

function advice(formats: readonly string[]): string {
  return `Use --format ${listText(formats)}.`;
}
