/** The shape of images that a network takes. */

export interface ImageShape {
  readonly channels: number;
  /** pixels */
  readonly imageSize: readonly [height: number, width: number];
}

/** [C, H, W] */
export function imageShape({
  channels,
  imageSize: [height, width],
}: ImageShape): readonly [number, number, number] {
  return [channels, height, width];
}

/** Numbers of an image. */
export function imageElements({ channels, imageSize: [height, width] }: ImageShape): number {
  return channels * height * width;
}
