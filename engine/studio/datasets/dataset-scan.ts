/** A scan of a data set by the tools process, from its order to how it ended. */

import { defined } from '../../contract/defined.ts';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type { Dataset } from '../../contract/studio/datasets.ts';
import type { ToolInput, ToolPort } from '../../contract/tools.ts';
import { labelledMemory, scanMemory } from '../../runs/scan-memory.ts';
import { divisionSettings } from './dataset-settings.ts';
import type { DatasetStore } from './dataset-store.ts';

const PROGRESS_MS = 300;

export interface DatasetScan {
  readonly workspace: string;
  readonly tools: ToolPort;
  readonly store: DatasetStore;
  /** New images of a set from which it is shown by a quick scan first. */
  readonly quickFrom: number;
  readonly signal: AbortSignal;
  /** Told while it is scanned. */
  onChange(change: Pick<Dataset, 'progress' | 'report'>): void;
}

/** Scan a data set, and store its report. @returns what the scan changes of the set */
export async function scanDataset(set: Dataset, scan: DatasetScan): Promise<Partial<Dataset>> {
  const { tools, store, signal } = scan;
  let told = 0;
  try {
    const report = await tools.call('scan', scanOrder(set, scan), {
      signal,
      onProgress({ done, total, report }) {
        // It is not stored: after a restart the set is scanned again.
        if (report !== undefined) scan.onChange({ report });
        if (Date.now() - told < PROGRESS_MS) return;
        told = Date.now();
        scan.onChange({ progress: { done, total } });
      },
    });
    await store.writeReport(set.id, report);
    return { state: 'ready', report };
  } catch (thrown) {
    const error = signal.aborted
      ? new StudioError('scan-stopped', 'The scan was stopped.', {
          advice: 'Scan again to resume where it stopped.',
        })
      : toStudioError(thrown);
    return { state: 'failed', error: error.toJSON() as NonNullable<Dataset['error']> };
  }
}

function scanOrder(set: Dataset, { workspace, store, quickFrom }: DatasetScan): ToolInput<'scan'> {
  const { kind, folders, several, labelSeparator, dense, tiles, stackChannels } = set;
  const { file: excluded } = set.excluded ?? {};
  return {
    kind,
    folders,
    ...(several ? { several: { separator: labelSeparator } } : {}),
    ...(kind === 'dense' ? { dense } : {}),
    ...defined({ tiles, stackChannels, excluded }),
    // The index file that training uses for the same folders, so each is scanned once.
    memory:
      kind === 'images'
        ? scanMemory(workspace, folders, divisionSettings(set))
        : labelledMemory(workspace, folders[0]!, divisionSettings(set)),
    listing: store.listing(set.id),
    // An earlier report says more than a quick scan would.
    ...(set.report === undefined ? { quickFrom } : {}),
  };
}
