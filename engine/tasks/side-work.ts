/** What goes on beside a training, such as a scan of its images. */
import type { Notice } from '../runs/events.ts';

export interface Finding {
  readonly notices: readonly Notice[];
  /** The fingerprint of the contents of the images, where it was found out. */
  readonly contents?: string;
}

export interface SideWork {
  /** What was found out since this was asked before. */
  finding(): Finding | undefined;
  /** End the work. @returns what has not been told yet */
  close(): Promise<Finding | undefined>;
}
