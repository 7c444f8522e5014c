/** A picture that thumbnails and the lightbox show. */

import type { PictureView } from '../../../engine/contract/studio/picture-view.ts';
import { countText } from '../format.ts';
import { pictureName } from '../picture-name.ts';

export interface Picture {
  readonly path: string;
  /** Pixels of the original, where they are known. */
  readonly width?: number;
  readonly height?: number;
  /** Which channels are shown, and from black to white, of files with others than grey or RGB. */
  readonly view?: PictureView;
  /** What the picture shows, for example its class; part of the alternative text. */
  readonly caption?: string;
  /** What is known of the file, for example its format. */
  readonly details?: string;
}

/** The alternative text of a picture. */
export function altText({ path, caption }: Picture): string {
  return caption === undefined ? pictureName(path) : `${pictureName(path)}: ${caption}`;
}

/** `640 × 480 pixels · 24 kB · jpeg · class cat`: what is known of a picture beside its name. */
export function aboutText({ width, height, details, caption }: Picture): string {
  const size =
    width === undefined || height === undefined
      ? undefined
      : `${countText(width)} × ${countText(height)} pixels`;
  return [size, details, caption].filter((text) => text !== undefined).join(' · ');
}
