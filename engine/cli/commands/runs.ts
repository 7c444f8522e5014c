import { primaryText } from '../../contract/scores.ts';
import type { Command } from '../command.ts';
import { table } from '../output.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command: Command = {
  name: 'runs',
  positionals: [],
  options: RUN_OPTIONS,
  async run({ args, out, host, parts }) {
    const workspace = workspaceOf(args, host);
    const { runs, damaged } = await parts.listRuns(workspace, (text) => out.note(text));
    for (const { dir, record, status, reason } of runs) {
      const { id, name, kind, step, totalSteps, createdAt, updatedAt, device } = record;
      const { pid, best } = record;
      const times = { createdAt, updatedAt };
      const rest = {
        device,
        ...(pid === undefined ? {} : { pid }),
        ...(reason && { reason }),
        ...(best && { best }),
      };
      out.record({ type: 'run', id, dir, name, kind, status, step, totalSteps, ...times, ...rest });
    }
    for (const { dir, reason } of damaged) out.record({ type: 'damaged-run', dir, reason });
    if (runs.length === 0) out.result(`There are no runs in ${workspace}`);
    else {
      const rows = runs.map(({ record, status }) => [
        record.id,
        record.kind,
        status,
        `${record.step}/${record.totalSteps}`,
        record.best === undefined ? '' : primaryText(record.best),
        record.name,
      ]);
      out.result(table([['RUN', 'KIND', 'STATE', 'STEPS', 'BEST', 'NAME'], ...rows]));
    }
    for (const { dir, reason } of damaged) out.result(`${dir}: ${reason}`);
  },
};
