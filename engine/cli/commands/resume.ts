import { defined } from '../../contract/defined.ts';
import { jobCommand } from '../job-command.ts';
import { showNextSteps } from '../next-steps.ts';
import { showReport } from '../report.ts';
import { followTraining, RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('resume', {
  options: RUN_OPTIONS,
  examples: [
    'conmim resume workspace/runs/20260131-142501-tiny-4f2a10',
    'conmim resume chest --device cpu --precision float32',
  ],
  async run(call, { run, device, precision, acceptChangedData = false }) {
    const { args, out, host, parts } = call;
    const { outcome, run: resumed } = await followTraining(call, (listener) =>
      parts.resumeRun({
        workspace: workspaceOf(args, host),
        run,
        ...defined({ device, precision }),
        acceptChangedData,
        ...listener,
      }),
    );
    showReport(out, outcome);
    showNextSteps(out, resumed?.dir, outcome.report);
  },
});
