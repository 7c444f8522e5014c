/** Files that hold images as entries, by their names. */
export const CONTAINER_EXTENSIONS = ['tar', 'zip', 'parquet'] as const;

export type ContainerKind = (typeof CONTAINER_EXTENSIONS)[number];

const NAME = new RegExp(`\\.(${CONTAINER_EXTENSIONS.join('|')})$`, 'i');

export function isContainerName(file: string): boolean {
  return NAME.test(file);
}
