/** The studio's interface for its host: that of surfaces, and functions for hosts only. */
import type { StudioPort } from './api.ts';
import { type PictureView, pictureViewText } from './picture-view.ts';

export interface StudioHost extends StudioPort {
  /**
   * An image file scaled for lists and grids, at most `side` pixels wide and high.
   *
   * @param view which channels are shown, of a file with others than grey or RGB
   * @throws StudioError `image-not-in-dataset` for files outside the data sets and the roots;
   *   errors of decoding
   */
  readImage(
    path: string,
    side: number,
    view?: PictureView,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
  /** Close the workspace; running jobs continue. */
  close(): Promise<void>;
}

/** Allowed sizes in pixels. */
export const IMAGE_SIDE = { least: 16, most: 8192 } as const;

/** Address of an image for `<img>`, relative to the page, equal in all hosts. */
export function imageAddress(path: string, side: number, view?: PictureView): string {
  const shown = view === undefined ? '' : `&view=${encodeURIComponent(pictureViewText(view))}`;
  return `image?path=${encodeURIComponent(path)}&side=${side}${shown}`;
}

/**
 * Address of a file of the workspace for a link, or of a folder as a tar archive, relative to the
 * page. Only the server has it, since the window runs where the files are.
 */
export function downloadAddress(path: string): string {
  return `download?path=${encodeURIComponent(path)}`;
}
