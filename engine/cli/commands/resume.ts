import type { Collectives } from '../../collectives/collectives.ts';
import { defined } from '../../contract/defined.ts';
import type { RequestOf } from '../../contract/jobs/register.ts';
import type { CommandCall } from '../command.ts';
import { jobCommand } from '../job-command.ts';
import { showNextSteps } from '../next-steps.ts';
import { onRanks, RANK_OPTIONS } from '../ranks/on-ranks.ts';
import { showReport } from '../report.ts';
import { followTraining, RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('resume', {
  options: { ...RUN_OPTIONS, ...RANK_OPTIONS },
  examples: [
    'conmim resume workspace/runs/20260131-142501-tiny-4f2a10',
    'conmim resume chest --device cpu --precision float32',
  ],
  run: (call, request) => onRanks(call, (ranks) => resume(call, request, ranks), request.devices),
});

async function resume(
  call: CommandCall,
  { run, device, devices, precision, acceptChangedData = false }: Omit<RequestOf<'resume'>, 'kind'>,
  ranks: Collectives | undefined,
): Promise<void> {
  const { args, out, host, parts } = call;
  const { outcome, run: resumed } = await followTraining(call, (listener) =>
    parts.resumeRun({
      workspace: workspaceOf(args, host),
      run,
      ...defined({ ranks, device, devices, precision }),
      acceptChangedData,
      ...listener,
    }),
  );
  showReport(out, outcome);
  showNextSteps(out, resumed?.dir, outcome.report);
}
