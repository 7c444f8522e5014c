/** How labels write the classes of a network: their numbers, and colours where labels have some. */
import { z } from 'zod';

const byte = z.int().min(0).max(255);

export const classLabelSchema = z.object({
  /** A category, or the value in masks. */
  id: z.int().min(0),
  colour: z.tuple([byte, byte, byte]).readonly().exactOptional(),
});
export const classLabelsSchema = z.array(classLabelSchema).readonly();
export type ClassLabel = z.infer<typeof classLabelSchema>;

/** Whether a class is what lies between objects, which has no outline and is not drawn. */
export function isBackground({ name }: { readonly name: string }): boolean {
  return name.toLowerCase() === 'background';
}

/** A class with what labels write. */
export interface NamedClass extends ClassLabel {
  readonly name: string;
}
