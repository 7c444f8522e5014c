/** A run as `runs` and `runs show` write it with `--json`. */
import { defined } from '../../../contract/defined.ts';
import { type FolderRun, shownName } from '../../../runs/run-folder.ts';

export function runRecord(run: FolderRun) {
  const { dir, record, about, status, reason } = run;
  const { id, kind, step, totalSteps, createdAt, updatedAt, device, pid, best } = record;
  const { name: _, ...said } = about;
  const name = shownName(run);
  return {
    type: 'run',
    id,
    dir,
    name,
    ...(name === record.name ? {} : { firstName: record.name }),
    ...said,
    kind,
    status,
    step,
    totalSteps,
    createdAt,
    updatedAt,
    device,
    ...defined({ pid, reason, best }),
  };
}
