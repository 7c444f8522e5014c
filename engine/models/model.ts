/**
 * A network that was trained, wherever it came from: what import gives, and what evaluation,
 * fine-tuning and export take.
 */
import type { Pooling } from '../nn/classifier.ts';
import type { VitConfig } from '../nn/vit.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export interface Head {
  /** What the labels mean; left out for classification. */
  readonly task?: string;
  /** class names, in the order of the logits */
  readonly classes: readonly string[];
  readonly pooling: Pooling;
}

export interface Model {
  /** Where it came from, for people: a run and its step, a file. */
  readonly origin: string;
  /** `relPos` is `shared` as pre-trained, `perBlock` as fine-tuned. */
  readonly vit: VitConfig;
  /** Of each channel, on the scale from 0 to 1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Left out for a pre-trained trunk without a classifier. */
  readonly head?: Head;
  /**
   * ConMIM names, f32. A pre-trained network has `norm.*` and may have `mask_token` and `projectors.*`;
   * a classifier has `head.*`, and `fc_norm.*` (mean pooling) or `norm.*` (class token).
   */
  readonly tensors: NamedTensors;
  /** What is known of its making, as text for model cards: recipe, data fingerprint, metrics. */
  readonly about: ModelAbout;
}

export interface ModelAbout {
  readonly run?: string;
  readonly step?: number;
  readonly network?: 'teacher' | 'student';
  readonly recipe?: Readonly<Record<string, unknown>>;
  readonly dataset?: {
    readonly images: number;
    readonly fingerprint: string;
    /** Absolute; known of runs on this machine. */
    readonly folders?: readonly string[];
  };
  readonly metrics?: Readonly<Record<string, number>>;
  /** Of a file with several networks, which was taken, as a sentence. */
  readonly weights?: string;
}
