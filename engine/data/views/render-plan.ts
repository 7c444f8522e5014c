/** How samples become pixels, as plain data that worker threads can be sent. */

import { RGB_READING } from '../pixels/reading.ts';
import type { MaskFile, MaskValues } from '../targets/dense-types.ts';
import type { CropOptions } from './augment/crop.ts';
import type { ErasingOptions } from './augment/erase.ts';
import type { RandAugmentOptions } from './augment/rand-augment.ts';
import type { TeacherOptions } from './augment/views.ts';
import type { InputOptions, KnownFile } from './network-input.ts';
import type { MovableObject, ViewObjects } from './view-objects.ts';

/** What all views have: they are mirrored or not, and in the end normalised. */
export interface ViewPlan extends InputOptions {
  readonly imageSize: readonly [height: number, width: number];
  readonly seed: number;
  /** probability of mirroring */
  readonly flip: number;
}

/** Numbers of each channel of a view. */
export function viewPixels({ imageSize: [height, width] }: ViewPlan): number {
  return height * width;
}

/** Numbers of a view. */
export function viewElements(plan: ViewPlan): number {
  return (plan.channels ?? RGB_READING.channels) * viewPixels(plan);
}

/** Views of a crop that is resized to their size. */
export interface CropPlan extends ViewPlan {
  readonly crop: CropOptions;
}

/** Plain view and perturbed view of one crop. */
export interface PairPlan extends CropPlan {
  readonly kind: 'pair';
  readonly teacher: TeacherOptions;
}

export interface LabelledViewOptions {
  /** largest change of brightness, contrast and saturation; not used with `randAugment`, as in timm */
  readonly colorJitter: number;
  readonly randAugment?: RandAugmentOptions | undefined;
}

/** One augmented view. */
export interface LabelledPlan extends CropPlan, LabelledViewOptions {
  readonly kind: 'labelled';
  /** after normalisation, since the noise is that of normalised values */
  readonly randomErasing?: ErasingOptions | undefined;
}

/** One view, with the class of each of its pixels. */
export interface DensePlan extends ViewPlan {
  readonly kind: 'dense';
  /** bounds of the random factor on the size; at 1 the image covers the view */
  readonly scale: readonly [least: number, most: number];
  /** whether colours are changed as usual for semantic segmentation, not by `colorJitter` */
  readonly photometric: boolean;
  /** largest change of brightness, contrast and saturation */
  readonly colorJitter: number;
  /** what the values of masks mean */
  readonly values: MaskValues;
}

/** One view, with the objects that it shows. */
export interface ObjectsPlan extends ViewPlan {
  readonly kind: 'objects';
  /** bounds of the random factor on the size; at 1 the whole image fits into the view */
  readonly scale: readonly [least: number, most: number];
  /** whether colours are changed as usual for semantic segmentation, not by `colorJitter` */
  readonly photometric: boolean;
  /** largest change of brightness, contrast and saturation */
  readonly colorJitter: number;
  /** rows and columns of masks over the view; left out where none are learnt */
  readonly maskSize?: readonly [rows: number, cols: number] | undefined;
}

export type RenderPlan = PairPlan | LabelledPlan | DensePlan | ObjectsPlan;

/** One piece of memory for each view of a sample. */
export function perView<T>({ kind }: RenderPlan, create: () => T): T[] {
  return Array.from({ length: kind === 'pair' ? 2 : 1 }, create);
}

/** What must be known of a file to render it; sizes after orientation. */
export interface RenderSource extends KnownFile {
  /** classes of its pixels, for dense views; without one all are background */
  readonly mask?: MaskFile;
  /** for views with objects */
  readonly objects?: readonly MovableObject[];
}

export interface RenderIds {
  readonly epoch: number;
  readonly sampleId: number;
  /** how often the sample was shown in this epoch before */
  readonly repeat: number;
}

/** Memory of one sample in a batch, which is written. */
export interface RenderedPlace {
  /** [C, H, W] each: of a pair the plain one first */
  readonly views: readonly Float32Array[];
  /** [H, W], for dense views */
  readonly labels?: Uint16Array | undefined;
  /** of views with objects */
  objects?: ViewObjects | undefined;
}

/** Renders samples of one plan. What it writes is a function of the ids alone. */
export interface SampleRenderer<Decoded> {
  readonly plan: ViewPlan;
  /** the part that waits for the disk */
  decode(source: RenderSource, ids: RenderIds): Promise<Decoded>;
  write(decoded: Decoded, ids: RenderIds, place: RenderedPlace): void;
  /** closes the files of prepared images, where it reads any */
  close?(): Promise<void>;
}
