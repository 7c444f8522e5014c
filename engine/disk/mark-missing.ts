import { exists } from './disk.ts';

/** The image, marked where its file is gone. */
export async function markMissing<T extends { readonly path: string }>(
  image: T,
): Promise<T & { readonly missing?: true }> {
  return (await exists(image.path)) ? image : { ...image, missing: true };
}
