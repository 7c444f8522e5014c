/** `run.json`: what a run is and how it stands. Fields of later versions are kept as they are. */
import { z } from 'zod';
import { bestSchema } from '../checkpoint/checkpoint.ts';
import { classLabelsSchema } from '../contract/class-labels.ts';
import { RUN_STATUSES } from '../contract/studio/runs.ts';
import { labelledSpecSchema } from './labelled-spec.ts';

export const runStatusSchema = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatusSchema>;

const runRecordFields = z.object({
  format: z.literal(1),
  id: z.string().min(1),
  name: z.string(),
  kind: z.enum(['pretrain', 'finetune']),
  /** Which task of the kind; left out for classification and pre-training. */
  task: z.string().optional(),
  status: runStatusSchema,
  /** Why it is paused, stopped or failed. */
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
  /** The engine's process, while there is one. */
  pid: z.int().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Completed steps at the last save or change of status. */
  step: z.int().min(0),
  totalSteps: z.int().min(0),
  device: z.string(),
  /** Of a device that `auto` took: the sentence that says why. */
  deviceReason: z.string().optional(),
  /** Processes that share each batch, where there are several. */
  ranks: z
    .array(
      z.looseObject({
        rank: z.int(),
        host: z.string(),
        device: z.string(),
        threads: z.int(),
        /** When the run was last saved or changed its status. */
        imagesPerSecond: z.number().optional(),
        waitedShare: z.number().optional(),
      }),
    )
    .readonly()
    .optional(),
  /** Of a step on these ranks, before the first one. */
  expected: z.looseObject({ stepMs: z.number(), efficiency: z.number() }).optional(),
  recipe: z.record(z.string(), z.unknown()),
  dataset: z.looseObject({
    folders: z.array(z.string()),
    images: z.int(),
    /** Of contents, or of names and sizes (`sizes-…`) where the run began with a quick scan. */
    fingerprint: z.string(),
    /** Of contents, from the full scan after a quick one. */
    contents: z.string().optional(),
    /** Images that the list `excluded` leaves out. */
    excluded: z.int().optional(),
  }),
  /** Where its images are read from if they were prepared, and how many of them there were. */
  prepared: z.looseObject({ folder: z.string(), images: z.int() }).optional(),
  versions: z.record(z.string(), z.string()),
  /** What it started from, where that was not chance: a run and step, a file. */
  from: z.string().optional(),
  /** Fine-tuning: class names in the order of the logits, and where the labelled images are. */
  classes: z.array(z.string()).optional(),
  /** Of classes of dense labels. */
  classLabels: classLabelsSchema.optional(),
  labelled: labelledSpecSchema.optional(),
  /** Pre-training: the labelled images on which it is measured while it trains. */
  knnLabels: z.string().optional(),
  /** Pre-training: the list of images that are left out, in `excluded/` of the workspace. */
  excluded: z.string().optional(),
  /** A linear probe, which is made in one go. */
  probe: z.literal(true).optional(),
  /** Folder of the comparison that it is part of. */
  comparison: z.string().optional(),
  /** Folder of the study that it is part of. */
  study: z.string().optional(),
  /** Fine-tuning: the best evaluation; its checkpoint is the run's result. */
  best: bestSchema.optional(),
});
export const runRecordSchema = runRecordFields.loose();
export type RunRecord = z.infer<typeof runRecordFields>;

/** Statuses that only a living process may have. */
export const LIVE_STATUSES: ReadonlySet<RunStatus> = new Set(['running', 'paused']);
