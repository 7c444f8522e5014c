/** The studio as its host sees it: what a surface may ask, and what only a host may do. */
import type { StudioPort } from './api.ts';

export interface StudioHost extends StudioPort {
  /**
   * A picture of an image file, for lists and grids, at most `side` pixels wide and high.
   *
   * @throws StudioError `image-not-in-dataset` for files outside the data sets that were added and the
   *   roots; as decoding does
   */
  readImage(
    path: string,
    side: number,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
  /** Lets go of the workspace; running jobs go on by themselves. */
  close(): Promise<void>;
}

/** Pixels that may be asked for. */
export const IMAGE_SIDE = { least: 16, most: 8192 } as const;

/** Address of an image for `<img>`, relative to the page, the same from every host. */
export function imageAddress(path: string, side: number): string {
  return `image?path=${encodeURIComponent(path)}&side=${side}`;
}

/**
 * Address of a file of the workspace for a link, or of a folder as a tar archive, relative to the page;
 * only the server has it, since a window is where the files are.
 */
export function downloadAddress(path: string): string {
  return `download?path=${encodeURIComponent(path)}`;
}
