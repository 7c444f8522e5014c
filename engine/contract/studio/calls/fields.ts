/** What inputs and outputs of calls have in common. */
import { z } from 'zod';

/** Calls by name; each with its input and output. */
export type CallTable = Readonly<
  Record<
    string,
    {
      readonly input: z.ZodType;
      readonly output: z.ZodType;
      /** Whether it changes something, so that it must not be delayed. */
      readonly changes?: true;
    }
  >
>;

export const nothing = z.strictObject({});
export const done = z.object({});
export const count = z.int().min(0);
/** The name of a folder. */
export const id = z.string().min(1).max(255);
export const byId = z.strictObject({ id });
/** A job that evaluates or fine-tunes, or a run. */
export const evaluatedSchema = z.strictObject({ job: id.optional(), run: id.optional() });
/** A map that a run keeps. */
export const mapFields = { id, name: z.string().min(1).max(255) };
export const page = { offset: count, count: z.int().min(1).max(1000) };
