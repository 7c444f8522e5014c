/** Export of a trained network in a format, as `conmim export` does. */
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import { findRun } from '../../runs/run-folder.ts';
import type { Model } from '../model.ts';
import { openModel } from '../open-model.ts';
import { checkpointOf } from '../run-model.ts';
import { exportContinuation } from './continuation.ts';
import { otherFormats } from './formats-of.ts';
import { exportHuggingFace } from './hugging-face.ts';
import { exportOnnx } from './onnx.ts';
import { exportSafetensors } from './safetensors.ts';
import type { Exported } from './target.ts';
import { exportTimm } from './timm.ts';

/** Formats that any network can be written in. */
export const NETWORK_FORMATS = {
  safetensors: exportSafetensors,
  timm: exportTimm,
  hf: exportHuggingFace,
  onnx: exportOnnx,
} as const satisfies Record<string, (target: string, model: Model) => Promise<Exported>>;

export type ExportFormat = keyof typeof NETWORK_FORMATS | 'continuation';

export interface ExportOrder {
  readonly workspace: string;
  /** A run, or a file or folder of weights. */
  readonly run: string;
  readonly format?: ExportFormat;
  readonly network?: 'teacher' | 'student';
  /** The checkpoint; by default the newest valid one, for a classifier the best. */
  readonly step?: number;
  /** Absolute. */
  readonly out: string;
}

export interface ExportOutcome extends Exported {
  readonly format: ExportFormat;
  /** For users. */
  readonly origin: string;
  /** Assumptions about the network; none for runs. */
  readonly notes?: readonly string[];
  /** Present for runs. */
  readonly step?: number;
  /** Present for pre-training. */
  readonly network?: 'teacher' | 'student';
}

/** @throws StudioError errors of opening and writing */
export async function exportNetwork(order: ExportOrder): Promise<ExportOutcome> {
  const { workspace, run: reference, format = 'safetensors', network, step, out } = order;
  if (format === 'continuation') {
    const run = await findRun(workspace, reference);
    const checkpoint = await checkpointOf(run, step);
    const written = await exportContinuation(out, run.record, checkpoint);
    return {
      ...written,
      format,
      origin: `${run.record.id}, step ${checkpoint.step}`,
      step: checkpoint.step,
    };
  }
  const { model, report } = await openModel(reference, {
    workspace,
    ...defined({ network, step }),
  });
  if (model.detector !== undefined && (format === 'timm' || format === 'hf'))
    throw otherFormat(model, format);
  const written = await NETWORK_FORMATS[format](out, model);
  const { about, origin } = model;
  return {
    ...written,
    format,
    origin,
    ...(report.notes.length === 0 ? {} : { notes: report.notes }),
    ...defined({ step: about.step, network: about.network }),
  };
}

function otherFormat(model: Model, format: string): StudioError {
  return new StudioError(
    'export-unsupported',
    `${model.origin} finds objects, and ${format} has no such network.`,
    { advice: otherFormats(model, format) },
  );
}
