/** Files that hold images as entries, by their names. */
export const CONTAINER_EXTENSIONS = ['tar', 'zip', 'parquet'] as const;

export type ContainerKind = (typeof CONTAINER_EXTENSIONS)[number];

const NAME = new RegExp(`\\.(${CONTAINER_EXTENSIONS.join('|')})$`, 'i');
const PACKED = /\.(tar\.(gz|bz2|xz|zst|lz4|z)|tgz|tbz2?|txz|tzst)$/i;

export function kindOf(file: string): ContainerKind | undefined {
  return NAME.exec(file)?.[1]?.toLowerCase() as ContainerKind | undefined;
}

export function isContainerName(file: string): boolean {
  return NAME.test(file);
}

/** A tar file that is compressed as a whole, so that its entries cannot be read one by one. */
export function isPackedName(file: string): boolean {
  return PACKED.test(file);
}
