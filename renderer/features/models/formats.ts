/** The export formats. */
import type { Precision } from '../../../engine/contract/precision.ts';
import type {
  JobRequest,
  ModelDetail,
  ModelSummary,
  RequestOf,
} from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { joinPath } from '../../ui/base-name.ts';
import { requestedPrecision } from '../../ui/precisions.ts';
import type { Which } from '../../ui/which-network.tsx';

export type Format = RequestOf<'export' | 'embed'>['format'] & string;

type DenseHead = NonNullable<ModelDetail['denseHead']>;

export type ExportedFacts = Pick<ModelDetail, 'imageSize'> & {
  readonly denseHead?: ModelDetail['denseHead'];
};

export interface FormatEntry {
  readonly format: Format;
  readonly title: string;
  readonly about: string;
  /** Extension of the file; undefined for a folder. */
  readonly ending?: string;
  readonly needsImages?: boolean;
  /** Whether the format is for pre-training runs of this workspace only. */
  readonly pretrainedRunsOnly?: boolean;
  /** Whether the format is for square images only. */
  readonly squareOnly?: boolean;
  /** The same as `about` for heads of dense tasks, where it differs. */
  readonly denseAbout?: Readonly<Record<DenseHead, string>>;
  /** Heads of dense tasks that it can hold; all where it is left out. */
  readonly denseHeads?: readonly DenseHead[];
}

const RUNS_ANYWHERE = 'One file that runs nearly anywhere';

export const FORMATS: readonly FormatEntry[] = [
  {
    format: 'safetensors',
    title: 'Weights (safetensors)',
    about: 'One file with the tensors, in the names of the official ConMIM and BEiT checkpoints.',
    ending: 'safetensors',
  },
  {
    format: 'timm',
    title: 'timm',
    about: 'A folder for PyTorch that timm.create_model opens with local-dir.',
    denseHeads: [],
  },
  {
    format: 'hf',
    title: 'Hugging Face',
    about: 'A folder for transformers, with the image processor and a model card.',
    squareOnly: true,
    denseHeads: ['upernet'],
  },
  {
    format: 'onnx',
    title: 'ONNX',
    about: `${RUNS_ANYWHERE}, with features and logits.`,
    denseAbout: {
      linear: `${RUNS_ANYWHERE}, with scores of the classes for each patch.`,
      upernet: `${RUNS_ANYWHERE}, with scores of the classes for each pixel of a map.`,
      queries: `${RUNS_ANYWHERE}, with class scores and boxes of objects, and their masks where it was trained on outlines.`,
    },
    ending: 'onnx',
  },
  {
    format: 'continuation',
    title: termOf('continuation'),
    about:
      'Both networks, the projector, the optimizer and the recipe, to continue pre-training on other images.',
    pretrainedRunsOnly: true,
  },
  {
    format: 'csv',
    title: 'Embeddings (CSV)',
    about: 'One row per image, for spreadsheets and statistics.',
    ending: 'csv',
    needsImages: true,
  },
  {
    format: 'npy',
    title: 'Embeddings (NumPy)',
    about: 'The same as an array, with the paths beside it.',
    ending: 'npy',
    needsImages: true,
  },
  {
    format: 'parquet',
    title: 'Embeddings (Parquet)',
    about: 'The same for pandas, DuckDB and search.',
    ending: 'parquet',
    needsImages: true,
  },
];

/** The formats that a network can be exported to. */
export function formatsFor(
  model: ModelSummary | undefined,
  { imageSize, denseHead }: ExportedFacts,
): FormatEntry[] {
  const pretrainedRun = model?.source === 'run' && model.kind === 'pretrained';
  const [height, width] = imageSize;
  return FORMATS.filter(
    ({ pretrainedRunsOnly, squareOnly, denseHeads }) =>
      (!pretrainedRunsOnly || pretrainedRun) &&
      (!squareOnly || height === width) &&
      (denseHead === undefined || denseHeads?.includes(denseHead) !== false),
  ).map((entry) => ({
    ...entry,
    about: (denseHead && entry.denseAbout?.[denseHead]) ?? entry.about,
  }));
}

export function defaultTarget(
  workspace: string,
  name: string,
  entry: FormatEntry,
  which: Which = {},
): string {
  const slug = name.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'model';
  const { network, checkpoint } = which;
  const parts = [
    slug,
    ...(network === 'student' ? ['student'] : []),
    ...(checkpoint === undefined ? [] : [`step-${checkpoint}`]),
    ...(entry.needsImages ? ['features'] : []),
    ...(entry.ending === undefined ? [entry.format] : []),
  ];
  const ending = entry.ending === undefined ? '' : `.${entry.ending}`;
  return joinPath(workspace, 'exports', `${parts.join('-')}${ending}`);
}

/** The request of an export; undefined while an input is missing. */
export function exportRequest(given: {
  readonly entry: FormatEntry;
  readonly reference: string;
  readonly which: Which;
  readonly out: string;
  readonly images: string;
  readonly precision: Precision;
  /** Lists of images that are left out. */
  readonly exclude?: readonly string[] | undefined;
}): JobRequest | undefined {
  const { entry, reference, which } = given;
  const [out, images] = [given.out.trim(), given.images.trim()];
  if (out === '') return undefined;
  if (!entry.needsImages) {
    const format = entry.format as RequestOf<'export'>['format'];
    // A continuation package holds both networks.
    const { network: _, ...step } = which;
    const chosen = format === 'continuation' ? step : which;
    return { kind: 'export', model: reference, format, out, ...chosen };
  }
  if (images === '') return undefined;
  const format = entry.format as RequestOf<'embed'>['format'];
  return {
    kind: 'embed',
    from: reference,
    data: images,
    ...(given.exclude !== undefined && { exclude: [...given.exclude] }),
    format,
    out,
    pooling: 'mean',
    device: 'auto',
    ...requestedPrecision(given.precision),
    ...which,
  };
}
