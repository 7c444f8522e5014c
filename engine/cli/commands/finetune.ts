import type { Collectives } from '../../collectives/collectives.ts';
import type { RequestOf } from '../../contract/jobs/register.ts';
import { parseMode } from '../../contract/mode.ts';
import { usageError } from '../../contract/usage-error.ts';
import { warningRecord } from '../../contract/warning-codes.ts';
import type { CommandCall } from '../command.ts';
import { countOf } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { labelledSpec, modelReference, TASK_DATA_HELP } from '../labelled-options.ts';
import { showNextSteps } from '../next-steps.ts';
import { onRanks, RANK_OPTIONS } from '../ranks/on-ranks.ts';
import { showReport } from '../report.ts';
import { followTraining, readOverrides, START_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('finetune', {
  details: TASK_DATA_HELP,
  options: { ...START_OPTIONS, ...RANK_OPTIONS },
  examples: [
    'conmim finetune --from workspace/runs/ID --train labelled/train --val labelled/val',
    'conmim finetune --from teacher.safetensors --train labels.csv --mode linear --json',
    'conmim finetune --from scratch --recipe micro --train labelled --val-fraction 0.2',
    'conmim finetune --from workspace/runs/ID --task segment --train photos --masks masks --classes classes.csv',
    'conmim finetune --from workspace/runs/ID --task detect --train data/coco --format coco',
  ],
  run: (call, request) => onRanks(call, (ranks) => finetune(call, request, ranks), request.devices),
});

async function finetune(
  call: CommandCall,
  request: Omit<RequestOf<'finetune'>, 'kind'>,
  ranks: Collectives | undefined,
): Promise<void> {
  const { args, out, host, parts } = call;
  const { from, network, recipe, name, device, fraction = 1, splitSeed = 0 } = request;
  const mode = parseMode(request.mode);
  if (from === 'scratch' && network !== undefined)
    throw usageError('--network has no effect with --from scratch.');
  const { outcome, run } = await followTraining(call, (listener) =>
    parts.finetune({
      workspace: workspaceOf(args, host),
      ...(name === undefined ? {} : { name }),
      from: from === 'scratch' ? from : modelReference(from, request),
      labelled: {
        ...labelledSpec(request, host),
        fraction,
        fractionSeed: splitSeed,
      },
      ...(recipe === undefined ? {} : { recipe }),
      overrides: readOverrides(request.settings, args),
      folder: host.cwd,
      mode,
      task: request.task,
      prepared: request.prepared,
      ranks,
      device,
      devices: request.devices,
      onNote(message) {
        out.record(warningRecord('weights-assumed', message));
        out.note(`Note: ${message}`);
      },
      onLoaded({ loaded, resized, adapted, leftAtStart, unused }) {
        out.record({ type: 'weights', loaded, resized, adapted, leftAtStart, unused });
        out.note(
          `Weights: ${countOf(loaded.length, 'tensor')} loaded${resized.length > 0 ? ` (${resized.length} resized)` : ''}, ${leftAtStart.length} initialised (${leftAtStart.join(', ')}), ${unused.length} unused.`,
        );
        if (adapted.length > 0)
          out.note(
            'The patch embedding was adapted to other channels: summed over them for one, else repeated and scaled.',
          );
      },
      ...listener,
    }),
  );
  showReport(out, outcome);
  showNextSteps(out, run?.dir, outcome.report);
}
