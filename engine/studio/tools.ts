/**
 * What needs image or tensor libraries, as the studio sees it. A process of its own does it, so that
 * these libraries are never loaded into the studio's host.
 */

import type { RequestOf } from '../contract/jobs/register.ts';
import type { Estimate } from '../contract/studio/api.ts';
import type { HealthReport, ImageItem, View } from '../contract/studio/datasets.ts';
import type { ModelDetail } from '../contract/studio/models.ts';
import type { DeviceList } from '../contract/tools.ts';

export interface ToolProgress {
  readonly done: number;
  readonly total: number;
}

export interface ToolOptions {
  readonly onProgress?: (progress: ToolProgress) => void;
  readonly signal?: AbortSignal;
}

/** All reject with StudioError. */
export interface Tools {
  scan(
    request: {
      readonly kind: 'images' | 'labelled';
      readonly folders: readonly string[];
      /** Where what was found in each file is remembered. */
      readonly memory: string;
      /** Where the list of images is kept, for `images`. */
      readonly listing: string;
    },
    options: ToolOptions,
  ): Promise<HealthReport>;
  images(request: {
    readonly listing: string;
    readonly offset: number;
    readonly count: number;
    readonly show?: 'all' | 'duplicates' | undefined;
    readonly class?: string | undefined;
  }): Promise<{ total: number; items: ImageItem[] }>;
  thumbnail(path: string, side: number): Promise<{ type: string; bytes: Uint8Array }>;
  preview(request: {
    readonly folders: readonly string[];
    readonly recipe: string;
    readonly settings: Readonly<Record<string, string>>;
    readonly count: number;
    readonly draw: number;
    /** List of the last scan of these folders: with it the views are those of training itself. */
    readonly listing?: string | undefined;
  }): Promise<View[]>;
  describeModel(
    request: {
      readonly workspace: string;
      readonly reference: string;
      readonly network?: 'teacher' | 'student' | undefined;
      readonly checkpoint?: number | undefined;
    },
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ModelDetail>;
  devices(): Promise<DeviceList>;
  estimate(
    request: RequestOf<'pretrain'>,
    options: { readonly workspace: string; readonly signal?: AbortSignal },
  ): Promise<Estimate>;
  dispose(): void | Promise<void>;
}
