/**
 * The studio's interface to the tools process, which runs everything that needs native modules.
 *
 * Messages are JSON, since both sides may run different versions of Node, whose structured clones
 * differ. Bytes are encoded in base64.
 */

import type { NamedClass } from './class-labels.ts';
import type { DenseLabels } from './dense-labels.ts';
import type { ErrorRecord } from './errors.ts';
import type { RequestOf } from './jobs/register.ts';
import type { InputOf, OutputOf } from './studio/api.ts';
import type { Attention } from './studio/attention.ts';
import type { DatasetKind, HealthReport, ImageLabels, View } from './studio/datasets.ts';
import type { DensePredictionPage } from './studio/dense-predictions.ts';
import type { Estimate } from './studio/estimate.ts';
import type { EvaluatedImages, LabelMistakes } from './studio/evaluations.ts';
import type { ModelDetail } from './studio/models.ts';
import type { ObjectPredictionPage } from './studio/object-predictions.ts';
import type { PictureView } from './studio/picture-view.ts';
import type { PredictionFilter, PredictionPage } from './studio/predictions.ts';

export interface ScanOrder {
  readonly kind: DatasetKind;
  /** Absolute; for a labelled set, one folder or list. */
  readonly folders: readonly string[];
  /** Given where an image may have several labels, or none. */
  readonly several?: { readonly separator?: string | undefined } | undefined;
  /** For dense labels: how they are read. */
  readonly dense?: DenseLabels | undefined;
  /** How large images are divided, as recipes write it; left out for `auto`. */
  readonly tiles?: string | undefined;
  /** Dimensions of TIFF stacks that are channels; left out for the usual ones. */
  readonly stackChannels?: string | undefined;
  /** List of images that are left out; of sets of images alone. */
  readonly excluded?: string | undefined;
  /** Index file of scans; when training uses the same file, it starts faster. */
  readonly memory: string;
  readonly listing: string;
  /** New images from which a quick scan is told first; without it none is. */
  readonly quickFrom?: number | undefined;
}

/** A page of the list that a scan wrote. */
export interface PageOrder extends Omit<InputOf<'datasets.images'>, 'id'> {
  readonly listing: string;
}

/** An image of such a list with dense labels. */
export interface LabelsOrder extends Omit<InputOf<'datasets.labels'>, 'id'> {
  readonly listing: string;
}

export type ImagePage = OutputOf<'datasets.images'>;

export interface ThumbnailOrder {
  /** Absolute. */
  readonly path: string;
  /** Largest width and height in pixels; smaller images are not enlarged. */
  readonly side: number;
  /** Channels and window of a file with others than grey or RGB. */
  readonly view?: PictureView;
}

export interface EncodedThumbnail {
  readonly type: 'image/webp';
  readonly base64: string;
}

/** A part of the table that a prediction job has written so far. */
export interface PredictionsOrder extends PredictionFilter {
  readonly file: string;
  readonly several: boolean;
  readonly offset: number;
  readonly count: number;
  /** List of labels that are shown too. */
  readonly labels?: string | undefined;
}

/** A part of the list of a folder of predictions. */
export interface DensePageOrder {
  readonly folder: string;
  readonly offset: number;
  readonly count: number;
  readonly class?: string | undefined;
}

/** A picture of the predictions of an image in that folder. */
export interface MaskPictureOrder {
  readonly folder: string;
  readonly row: number;
  readonly side: number;
  readonly class?: string | undefined;
}

/** A part of the list of objects that a prediction job has written so far. */
export interface ObjectsOrder extends Omit<InputOf<'predictions.objects'>, 'job'> {
  readonly file: string;
  readonly classes: readonly NamedClass[];
}

/** The same objects in another format. */
export interface SaveObjectsOrder extends Omit<InputOf<'predictions.save'>, 'job'> {
  readonly file: string;
  readonly classes: readonly NamedClass[];
  readonly task: string;
  /** The network, for users. */
  readonly model: string;
  /** Folders, lists and images that were given, absolute. */
  readonly data: readonly string[];
  /** A file or folder, absolute. */
  readonly target: string;
}

/** A part of the table `predictions.csv` of an evaluation. */
export interface EvaluatedOrder {
  readonly file: string;
  readonly actual?: string | undefined;
  readonly predicted?: string | undefined;
  readonly offset: number;
  readonly count: number;
}

/** Wrong labels in such a table, where images may have several. */
export interface MistakesOrder extends Omit<InputOf<'evaluations.mistakes'>, 'job' | 'run'> {
  readonly file: string;
}

/** Labels of rows of a table of predictions, to be written into a list. */
export interface LabelOrder {
  readonly file: string;
  readonly labels: string;
  readonly several: boolean;
  readonly rows: InputOf<'predictions.label'>['rows'];
}

export interface LabelledList {
  readonly images: number;
  /** Whether an image may have several labels in it, or none. */
  readonly several: boolean;
}

export interface PreviewOrder extends InputOf<'datasets.preview'> {
  /**
   * List of a scan of these folders. With it, images have the same ids as in training, so views are
   * equal to those of training; without it, images are searched and numbered.
   */
  readonly listing?: string | undefined;
}

/** An index of patches that a run keeps. */
export interface LookupOrder {
  /** The run's folder. */
  readonly run: string;
  readonly name?: string | undefined;
}

export interface LookupImagesOrder extends LookupOrder {
  readonly offset: number;
  readonly count: number;
}

export type LookupWordsOrder = LookupImagesOrder;

export interface LookupPatchOrder
  extends LookupOrder,
    Pick<InputOf<'insight.lookupPatch'>, 'image' | 'row' | 'col' | 'k' | 'scores'> {}

/** A map that a run keeps. */
export interface MapOrder {
  /** The run's folder. */
  readonly run: string;
  readonly name: string;
}

export interface MapImagesOrder extends MapOrder {
  readonly rows: readonly number[];
}

export interface MapPathsOrder extends MapOrder {
  readonly rows: readonly number[];
}

export interface MapClassesOrder extends MapOrder {
  /** Of a scan of a labelled set. */
  readonly listing: string;
}

export interface MapExcludedOrder extends MapOrder {
  /** Lists of excluded images. */
  readonly lists: readonly string[];
}

export interface NameOnMapOrder extends MapOrder {
  /** The list that is written. */
  readonly labels: string;
  readonly classes: InputOf<'insight.nameOnMap'>['classes'];
}

export interface MapSimilarOrder extends MapOrder {
  readonly row: number;
  readonly k: number;
}

export interface MapLikeOrder extends MapOrder {
  /** An image, absolute. */
  readonly file: string;
  readonly k: number;
}

export interface ModelOrder extends InputOf<'models.describe'> {
  readonly workspace: string;
}

export interface TaskOrder extends InputOf<'models.task'> {
  readonly workspace: string;
}

export interface ReportOrder {
  readonly workspace: string;
  /** Folder of a run, a comparison or a study, absolute. */
  readonly of: string;
  readonly pictures: boolean;
}

export interface AttentionToolOrder extends InputOf<'insight.attention'> {
  readonly workspace: string;
}

export type DeviceList = Omit<OutputOf<'devices.list'>, 'machine'>;

export interface EstimateRequest {
  readonly workspace: string;
  readonly request: RequestOf<'pretrain'>;
}

/** Progress of a long call; a `total` of 0 means unknown. */
export interface ToolProgress {
  readonly done: number;
  readonly total: number;
  readonly text?: string;
  /** Of a scan: what a quick one found first. */
  readonly report?: HealthReport;
}

/** name → input and output */
export interface ToolTable {
  /** @throws StudioError errors of scans; `cancelled` */
  scan: { input: ScanOrder; output: HealthReport };
  /** A page of the list that a scan wrote. @throws StudioError `listing-missing`, `listing-damaged` */
  images: { input: PageOrder; output: ImagePage };
  /** @throws StudioError `listing-missing`, `listing-damaged`, `mask-unreadable` */
  labels: { input: LabelsOrder; output: ImageLabels };
  /** @throws StudioError `image-unreadable` */
  thumbnail: { input: ThumbnailOrder; output: EncodedThumbnail };
  /** @throws StudioError `folder-missing`, `no-images`, `recipe-invalid`, … */
  preview: { input: PreviewOrder; output: View[] };
  /** @throws StudioError `predictions-missing` where the table is damaged */
  predictions: { input: PredictionsOrder; output: Omit<PredictionPage, 'several' | 'leftOut'> };
  /** @throws StudioError `predictions-missing` where the list is damaged */
  densePredictions: { input: DensePageOrder; output: Omit<DensePredictionPage, 'leftOut'> };
  /** @throws StudioError `predictions-missing` where the mask is gone or damaged */
  maskPicture: { input: MaskPictureOrder; output: EncodedThumbnail };
  objectPredictions: { input: ObjectsOrder; output: Omit<ObjectPredictionPage, 'leftOut'> };
  /** @throws StudioError `file-missing`, and as writing does */
  saveObjects: {
    input: SaveObjectsOrder;
    output: Omit<OutputOf<'predictions.save'>, 'path'>;
  };
  /** @throws StudioError `evaluation-missing` where the table is gone or damaged */
  evaluatedImages: { input: EvaluatedOrder; output: EvaluatedImages };
  /** @throws StudioError `evaluation-missing` where the table is gone or damaged */
  labelMistakes: { input: MistakesOrder; output: LabelMistakes };
  /** @throws StudioError `predictions-missing`, `list-invalid`, and as writing does */
  label: { input: LabelOrder; output: LabelledList };
  /** @throws StudioError `lookup-damaged` */
  lookups: { input: Pick<LookupOrder, 'run'>; output: OutputOf<'insight.lookups'> };
  /** @throws StudioError `lookup-missing`, `lookup-damaged` */
  lookupImages: { input: LookupImagesOrder; output: OutputOf<'insight.lookupImages'> };
  lookupWords: { input: LookupWordsOrder; output: OutputOf<'insight.lookupWords'> };
  /** @throws StudioError the same, and `image-unreadable` */
  lookupPatch: { input: LookupPatchOrder; output: OutputOf<'insight.lookupPatch'> };
  /** @throws StudioError `map-damaged`, as the others of maps */
  maps: { input: Pick<MapOrder, 'run'>; output: OutputOf<'insight.maps'> };
  mapPoints: { input: MapOrder; output: OutputOf<'insight.mapPoints'> };
  mapImages: { input: MapImagesOrder; output: OutputOf<'insight.mapImages'> };
  /** @throws StudioError `listing-missing` */
  mapClasses: { input: MapClassesOrder; output: OutputOf<'insight.mapClasses'> };
  /** @throws StudioError `list-invalid` */
  mapExcluded: { input: MapExcludedOrder; output: OutputOf<'insight.mapExcluded'> };
  /** @throws StudioError errors of reading and writing lists */
  nameOnMap: { input: NameOnMapOrder; output: LabelledList };
  mapPaths: { input: MapPathsOrder; output: { paths: string[] } };
  mapSimilar: { input: MapSimilarOrder; output: OutputOf<'insight.mapSimilar'> };
  /** @throws StudioError `image-unreadable`, errors of opening models */
  mapLike: { input: MapLikeOrder; output: OutputOf<'insight.mapLike'> };
  /** @throws StudioError errors of opening models */
  describeModel: { input: ModelOrder; output: ModelDetail };
  /** @throws StudioError errors of opening models */
  modelTask: { input: TaskOrder; output: OutputOf<'models.task'> };
  /** @throws StudioError errors of reading what it is of */
  report: { input: ReportOrder; output: OutputOf<'reports.build'> };
  /** @throws StudioError `maps-too-large`; errors of opening models and images */
  attention: { input: AttentionToolOrder; output: Attention };
  devices: { input: Readonly<Record<string, never>>; output: DeviceList };
  /** Measures on the device; takes up to a minute. @throws StudioError as training would */
  estimate: { input: EstimateRequest; output: Estimate };
}
export type ToolName = keyof ToolTable;
export type ToolInput<N extends ToolName> = ToolTable[N]['input'];
export type ToolOutput<N extends ToolName> = ToolTable[N]['output'];

export interface ToolOptions {
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** Cancels the call, which then throws StudioError `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

export interface ToolPort {
  /** @throws StudioError errors of the tool; `cancelled`, `tools-died`, `tools-closed` */
  call<N extends ToolName>(
    name: N,
    input: ToolInput<N>,
    options?: ToolOptions,
  ): Promise<ToolOutput<N>>;
  dispose(): Promise<void>;
}

/** A message from the studio to the tools process. */
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

/** A message from the tools process to the studio. */
export type ToolReply =
  | { readonly type: 'value'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: ErrorRecord }
  | { readonly type: 'progress'; readonly id: number; readonly progress: ToolProgress };
