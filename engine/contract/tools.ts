/**
 * What the studio asks of its tools process, where everything that needs native modules runs.
 *
 * Messages are JSON, not structured clones: both ends may be of different versions of Node, and only
 * JSON is the same in all of them. So bytes travel as base64.
 */
import type { ErrorRecord } from './errors.ts';
import type { RequestOf } from './jobs/register.ts';
import type { Estimate, InputOf, OutputOf } from './studio/api.ts';
import type { HealthReport, View } from './studio/datasets.ts';
import type { ModelDetail } from './studio/models.ts';

export interface ScanOrder {
  readonly kind: 'images' | 'labelled';
  /** Absolute; of a labelled set one folder or list. */
  readonly folders: readonly string[];
  /** File where facts of images are remembered: the one that training uses makes its start quick. */
  readonly memory: string;
  /** File that the list of images is written to. */
  readonly listing: string;
}

/** A page of the list that a scan wrote. */
export interface PageOrder extends Omit<InputOf<'datasets.images'>, 'id'> {
  readonly listing: string;
}

export type ImagePage = OutputOf<'datasets.images'>;

export interface ThumbnailOrder {
  /** Absolute. */
  readonly path: string;
  /** Largest width and height in pixels; smaller images stay as they are. */
  readonly side: number;
}

export interface EncodedThumbnail {
  readonly type: 'image/webp';
  readonly base64: string;
}

export interface PreviewOrder extends InputOf<'datasets.preview'> {
  /**
   * List of a scan of these folders. With it each image has the number that it has in training, so the
   * views are those of training; without it images are looked for, and get numbers of their own.
   */
  readonly listing?: string | undefined;
}

export interface ModelOrder extends InputOf<'models.describe'> {
  readonly workspace: string;
}

export type DeviceList = Omit<OutputOf<'devices.list'>, 'machine'>;

export interface EstimateRequest {
  readonly workspace: string;
  readonly request: RequestOf<'pretrain'>;
}

/** How far a long call has come; of a `total` of 0 the end is not known yet. */
export interface ToolProgress {
  readonly done: number;
  readonly total: number;
  /** What is being done, for people. */
  readonly text?: string;
}

/** name → what it takes and gives */
export interface ToolTable {
  /** @throws StudioError as scans do; `cancelled` */
  scan: { input: ScanOrder; output: HealthReport };
  /** A page of the list that a scan wrote. @throws StudioError `listing-missing`, `listing-damaged` */
  images: { input: PageOrder; output: ImagePage };
  /** @throws StudioError `image-unreadable` */
  thumbnail: { input: ThumbnailOrder; output: EncodedThumbnail };
  /** @throws StudioError `folder-missing`, `no-images`, `recipe-invalid`, … */
  preview: { input: PreviewOrder; output: View[] };
  /** @throws StudioError as opening models does */
  describeModel: { input: ModelOrder; output: ModelDetail };
  devices: { input: Readonly<Record<string, never>>; output: DeviceList };
  /** Measures on the device; takes up to a minute. @throws StudioError as training would */
  estimate: { input: EstimateRequest; output: Estimate };
}
export type ToolName = keyof ToolTable;
export type ToolInput<N extends ToolName> = ToolTable[N]['input'];
export type ToolOutput<N extends ToolName> = ToolTable[N]['output'];

export interface ToolOptions {
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** Ends the call with a StudioError `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

/** The tools as the studio sees them. */
export interface ToolPort {
  /** @throws StudioError as the tool does; `cancelled`, `tools-died`, `tools-closed` */
  call<N extends ToolName>(
    name: N,
    input: ToolInput<N>,
    options?: ToolOptions,
  ): Promise<ToolOutput<N>>;
  dispose(): Promise<void>;
}

/** From the studio to the tools process. */
export type ToolRequest =
  | {
      readonly [N in ToolName]: {
        readonly type: 'call';
        readonly id: number;
        readonly name: N;
        readonly input: ToolInput<N>;
      };
    }[ToolName]
  | { readonly type: 'cancel'; readonly id: number };

/** The way back. */
export type ToolReply =
  | { readonly type: 'value'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: ErrorRecord }
  | { readonly type: 'progress'; readonly id: number; readonly progress: ToolProgress };
