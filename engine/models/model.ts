/**
 * Trained networks of any origin, as import yields them and evaluation, fine-tuning and export take
 * them.
 */

import type { ClassLabel } from '../contract/class-labels.ts';
import type { Normalisation } from '../contract/settings/channels.ts';
import type { DivisionSettings } from '../contract/settings/division.ts';
import { readStackChannels } from '../contract/settings/stack-channels.ts';
import { readTiling } from '../contract/settings/tiling.ts';
import type { Pooling } from '../nn/classifier.ts';
import type { ImageShape } from '../nn/image-shape.ts';
import type { DetectorConfig } from '../nn/query-detector.ts';
import type { SegmentationHead, SegmenterConfig } from '../nn/segmenter.ts';
import type { VitConfig } from '../nn/vit.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export interface Head {
  /** Name of the task; left out for classification. */
  readonly task?: string;
  /**
   * Probability from which a label is predicted, where an image may have several; 0.5 where it is
   * left out.
   */
  readonly threshold?: number;
  /** class names, in the order of the logits */
  readonly classes: readonly string[];
  readonly pooling: Pooling;
}

interface DenseHead extends Pick<Head, 'task' | 'classes'> {
  /** How labels of the training set write the classes, where that is known. */
  readonly labels?: readonly ClassLabel[];
}

export interface Segmenter extends DenseHead {
  readonly head: SegmentationHead;
}

export interface Detector extends DenseHead {
  readonly queries: number;
  /** Last blocks that the queries go through. */
  readonly queryBlocks: number;
  /** Whether objects have masks, and not boxes alone. */
  readonly masks: boolean;
}

export interface Model {
  /** Origin for users: a run and its step, or a file. */
  readonly origin: string;
  /** `relPos` is `shared` after pre-training, `perBlock` after fine-tuning. */
  readonly vit: VitConfig;
  /** Which values of files became 0 and 1. */
  readonly valueRange: Normalisation['valueRange'];
  /** Per channel, on the scale from 0 to 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Left out for a pre-trained trunk without a classifier. */
  readonly head?: Head;
  /** Of a network that gives each pixel a class; it has no `head`. */
  readonly segmenter?: Segmenter;
  /** Of a network that finds objects; it has no `head`. */
  readonly detector?: Detector;
  /**
   * ConMIM names, f32. A pre-trained network has `norm.*` and may have `mask_token` and `projectors.*`;
   * a classifier has `head.*`, and `fc_norm.*` (mean pooling) or `norm.*` (class token).
   */
  readonly tensors: NamedTensors;
  /** Facts about its training, as text for model cards: recipe, data fingerprint, metrics. */
  readonly about: ModelAbout;
}

/** How images become the input of a network. */
export interface ModelImages extends Normalisation, ImageShape {}

export function imagesOfModel({
  vit: { channels, imageSize },
  valueRange,
  mean,
  std,
}: {
  readonly vit: ImageShape;
  readonly valueRange: Model['valueRange'];
  readonly mean: Model['mean'];
  readonly std: Model['std'];
}): ModelImages {
  return { channels, imageSize, valueRange, mean, std };
}

/** How the training of a network divided files into images; as usual where that is not known. */
export function divisionOfModel({ about }: Pick<Model, 'about'>): DivisionSettings {
  const { tiles, stack_channels: stacks } = about.recipe ?? {};
  return {
    ...(typeof tiles === 'string' && readTiling(tiles) !== undefined && { tiles }),
    ...(typeof stacks === 'string' &&
      readStackChannels(stacks) !== undefined && { stack_channels: stacks }),
  };
}

export function segmenterConfigOf(
  vit: VitConfig,
  { classes, head }: Pick<Segmenter, 'classes' | 'head'>,
): SegmenterConfig {
  return { vit, classes: classes.length, head };
}

export function detectorConfigOf(
  vit: VitConfig,
  { classes, queries, queryBlocks, masks }: Detector,
): DetectorConfig {
  return { vit, classes: classes.length, queries, queryBlocks, masks };
}

/** What all heads tell. */
type HeadMeaning = Pick<Head, 'task' | 'classes'>;

interface Heads {
  readonly head?: HeadMeaning;
  readonly segmenter?: HeadMeaning;
  readonly detector?: HeadMeaning;
}

/** The head of a network, of whatever kind; undefined for a trunk, which gives features alone. */
export function headOfModel({ head, segmenter, detector }: Heads): HeadMeaning | undefined {
  return head ?? segmenter ?? detector;
}

/** Name of the task of a network with a head; undefined for classification and for a trunk. */
export function taskOfModel(model: Heads): string | undefined {
  return headOfModel(model)?.task;
}

export interface ModelAbout {
  readonly run?: string;
  readonly step?: number;
  readonly network?: 'teacher' | 'student';
  readonly recipe?: Readonly<Record<string, unknown>>;
  readonly dataset?: {
    readonly images: number;
    readonly fingerprint: string;
    /** Absolute; present for runs on this machine. */
    readonly folders?: readonly string[];
    /** The list of images that were left out, absolute. */
    readonly excluded?: string;
  };
  /** What it was fine-tuned on; present for runs on this machine. */
  readonly labelled?: LabelledSpec;
  readonly metrics?: Readonly<Record<string, number>>;
  /** Which of several networks in a file was taken, as a sentence. */
  readonly weights?: string;
}
