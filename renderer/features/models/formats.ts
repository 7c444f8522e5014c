/** The ways to take a network away, in plain words. */
import type { RequestOf } from '../../../engine/contract/studio/index.ts';

export type Format = RequestOf<'export'>['format'] | RequestOf<'embed'>['format'];

/** Which network of a run. */
export interface Which {
  readonly network?: 'teacher' | 'student';
  readonly checkpoint?: number;
}

export interface FormatEntry {
  readonly format: Format;
  readonly title: string;
  readonly about: string;
  /** Ending of a file; a folder without it. */
  readonly ending?: string;
  /** Needs images to be applied to. */
  readonly needsImages?: boolean;
  /** Only of pre-trainings of this workspace. */
  readonly pretrainedRunsOnly?: boolean;
}

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
  },
  {
    format: 'hf',
    title: 'Hugging Face',
    about: 'A folder for transformers, with the image processor and a model card.',
  },
  {
    format: 'onnx',
    title: 'ONNX',
    about: 'One file that runs nearly anywhere: features, and answers of a classifier.',
    ending: 'onnx',
  },
  {
    format: 'continuation',
    title: 'To go on elsewhere',
    about:
      'Both networks, the projector, the optimizer and the recipe: anyone can continue pre-training on other images.',
    pretrainedRunsOnly: true,
  },
  {
    format: 'csv',
    title: 'Features (CSV)',
    about: 'One row of numbers an image, for spreadsheets and statistics.',
    ending: 'csv',
    needsImages: true,
  },
  {
    format: 'npy',
    title: 'Features (NumPy)',
    about: 'The same as an array, with the paths beside it.',
    ending: 'npy',
    needsImages: true,
  },
  {
    format: 'parquet',
    title: 'Features (Parquet)',
    about: 'The same for pandas, DuckDB and search.',
    ending: 'parquet',
    needsImages: true,
  },
];

/** Where an export goes unless its user says otherwise. */
export function defaultTarget(workspace: string, name: string, entry: FormatEntry): string {
  const separator = workspace.includes('\\') ? '\\' : '/';
  const slug = name.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'model';
  const file = entry.ending === undefined ? `${slug}-${entry.format}` : `${slug}.${entry.ending}`;
  return [workspace, 'exports', file].join(separator);
}

/** How far an export answers from the original. */
export function differenceText(largest: number): string {
  if (largest === 0) return 'It answers exactly as the original does, bit by bit.';
  return `Loaded again, it answers as the original does, to ${largest.toExponential(1)}.`;
}
