/** Which labelled images a run learns from and is judged on, so that a resumed run finds the same ones. */
import { z } from 'zod';
import { denseFoldersSchema, denseLabelsSchema } from '../contract/dense-labels.ts';

export const labelledSpecSchema = z.object({
  /** A folder or list, absolute. */
  train: z.string(),
  /** Another one to judge on; null where the images come from the first. */
  val: z.string().nullable(),
  /** Share of `train` that is held out where `val` is null and it names no split of its own. */
  valFraction: z.number(),
  /** Share of the labels to learn from, drawn evenly from every class; 1 for all. */
  fraction: z.number(),
  /** Of the drawing of what is held out. */
  splitSeed: z.int(),
  /** Of the drawing of the share, so that several shares can be judged on one split. */
  fractionSeed: z.int(),
  /** Folders that the network was pre-trained on, absolute: nothing to judge on should be in them. */
  pretrainedOn: z.array(z.string()),
  /** The list of images in them that it was pre-trained without, absolute. */
  pretrainedWithout: z.string().optional(),
  /** What divides the labels of an image, where a list has several; found out where it is left out. */
  labelSeparator: z.string().min(1).optional(),
  /** How masks or boxes are read; paths are absolute. */
  dense: denseLabelsSchema.optional(),
  /** Where the images and masks of `val` lie, absolute. */
  denseVal: denseFoldersSchema.optional(),
  /** Whether images that also occur where the network learned are left out when judging. */
  leaveOutLeaks: z.boolean(),
});
export type LabelledSpec = z.infer<typeof labelledSpecSchema>;
