/** What hints tell, and the fields that several of their sources have. */
import { z } from 'zod';
import type { Pooling } from '../../nn/classifier.ts';
import type { ModelAbout } from '../model.ts';
import type { Channels, Resizing } from './image-hints.ts';

export interface Hints {
  /** pixels, height and width */
  readonly imageSize?: readonly [number, number];
  readonly embedDim?: number;
  readonly heads?: number;
  readonly mlpRatio?: number;
  readonly layerScale?: number;
  readonly pooling?: Pooling;
  /** A pooling that is not computed here, in words. */
  readonly otherPooling?: string;
  /** How many classes the configuration tells of where it does not name them. */
  readonly classCount?: number;
  /** Whether the network was made without embeddings or tables of positions. */
  readonly withoutPositions?: boolean;
  /** What a configuration of transformers or timm calls the kind of network. */
  readonly kind?: string;
  readonly resizing?: Resizing;
  readonly classes?: readonly string[];
  /** Of the head; left out for classification. */
  readonly task?: string;
  readonly mean?: Channels;
  readonly std?: Channels;
  readonly origin?: string;
  readonly about?: ModelAbout;
  /** What is odd about them, one sentence each. */
  readonly notes?: readonly string[];
}

export const positive = z.number().positive();
export const size = z.int().positive();
/** Height and width, or one number for both. */
export const sides = z
  .union([size, z.tuple([size, size])])
  .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : value));

/** The hints that say something. */
export function defined(hints: Hints): Hints {
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined));
}
