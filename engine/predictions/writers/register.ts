/** All formats of predictions that are folders. */
import type { FolderFormat } from '../writer.ts';
import { coco } from './coco.ts';
import { labelme } from './labelme.ts';
import { masks } from './masks.ts';
import { overlay } from './overlay.ts';
import { yolo } from './yolo.ts';

export const FOLDER_FORMATS = { masks, coco, yolo, labelme, overlay } as const satisfies Record<
  string,
  FolderFormat
>;
export type FolderFormatName = keyof typeof FOLDER_FORMATS;
