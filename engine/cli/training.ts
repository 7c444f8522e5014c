/** What `pretrain`, `resume` and `demo` share: following a run from its first event to its last. */
import path from 'node:path';
import type { OptionRule } from '../contract/jobs/fields.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import { usageError } from '../contract/usage-error.ts';
import { signalExitCode } from '../platform/signal-exit-code.ts';
import type { DoneEvent, TrainingEvent } from '../runs/events.ts';
import type { TrainingOutcome } from '../train/loop/training-options.ts';
import type { RunListener, StartedRun } from '../train/run-listener.ts';
import type { Arguments, CommandCall } from './command.ts';
import { checkReporter } from './device-option.ts';
import { clockText, countOf } from './format.ts';
import type { Host } from './host.ts';
import { TrainingProgress } from './progress.ts';

export const RUN_OPTIONS = {
  workspace: {
    value: 'DIR',
    help: 'Where runs are kept (default ./workspace); not needed when RUN is a folder.',
  },
} as const satisfies Record<string, OptionRule>;

/** Options of commands that start a run, besides those of its request. */
export const START_OPTIONS = {
  epochs: { value: 'N', help: 'Passes over all images.' },
  steps: { value: 'N', help: 'Length in steps, instead of epochs.' },
  workspace: { value: 'DIR', help: 'Where runs are kept (default ./workspace).' },
} as const satisfies Record<string, OptionRule>;

export const RUN_HELP = 'RUN is a run’s folder, its id, the beginning of its id, or its name.';

/** What people are told when training is asked to end. */
export const ON_INTERRUPT = 'Saving a checkpoint, then ending. Ctrl-C again ends at once.';

/** `--workspace`, else CONMIM_WORKSPACE, else ./workspace. */
export function workspaceOf(args: Arguments, host: Host): string {
  return path.resolve(
    host.cwd,
    args.text('workspace') ?? (host.env['CONMIM_WORKSPACE'] || 'workspace'),
  );
}

/** The settings of a request, with `--epochs` and `--steps`. */
export function readOverrides(
  settings: Readonly<Record<string, string>>,
  args: Arguments,
): SettingValues {
  const overrides: Record<string, unknown> = { ...settings };
  const epochs = args.integer('epochs');
  const steps = args.integer('steps');
  if (epochs !== undefined && steps !== undefined) {
    throw usageError('--epochs and --steps exclude each other.');
  }
  if (epochs !== undefined) Object.assign(overrides, { epochs, steps: null });
  if (steps !== undefined) overrides['steps'] = steps;
  return overrides;
}

/**
 * Shows a run while it trains: JSON lines with `--json`, a progress line for people.
 *
 * @param start starts the run with the listeners given
 * @param warningFor why the recipe makes little sense on the device that was chosen
 * @returns how it ended; `run` is undefined only when it failed before it began
 */
export async function followTraining<Outcome extends TrainingOutcome>(
  { out, host }: CommandCall,
  start: (listener: Required<Omit<RunListener, 'signal'>>) => Promise<Outcome>,
  warningFor: (device: string) => string | undefined = () => undefined,
): Promise<{ outcome: Outcome; run: StartedRun | undefined; done: DoneEvent | undefined }> {
  const progress = new TrainingProgress(out.progress, host.now, 1);
  const began = host.now();
  let run: StartedRun | undefined;
  let done: DoneEvent | undefined;
  let trained = false;
  const outcome = await start({
    onDeviceCheck: checkReporter(out),
    onWait: (text) => out.waiting(text),
    onInterrupt: () => progress.say(ON_INTERRUPT),
    onRun(started) {
      run = started;
      progress.totalSteps = started.totalSteps;
      out.record({ type: 'run', ...started });
      const warning = warningFor(started.device);
      if (warning !== undefined) out.note(`Warning: ${warning}`);
      out.note(
        `Run ${started.id}\n  ${started.dir}\n  ${countOf(started.images, 'image')}, ${countOf(started.totalSteps, 'step')}, on ${started.device}. Ctrl-C saves and stops.`,
      );
      if (started.scan === 'quick')
        out.note(
          '  The images were listed by names and sizes; a full scan goes on beside training.',
        );
      if (started.deviceReason !== undefined) out.note(`  Device: ${started.deviceReason}`);
    },
    onEvent(event: TrainingEvent) {
      if (event.type === 'error') return;
      out.record(event);
      progress.show(event);
      if (event.type === 'done') done = event;
      if (event.type === 'step' || event.type === 'checkpoint') trained = true;
    },
  }).finally(() => progress.finish());
  if (outcome.interruptedBy !== undefined) host.setExitCode(signalExitCode(outcome.interruptedBy));
  const seconds = (host.now() - began) / 1000;
  if (done !== undefined && run !== undefined) {
    out.result(
      trained
        ? `Done: ${countOf(done.step, 'step')} in ${clockText(seconds)}. Checkpoint: ${done.checkpoint}`
        : `The run had all of its ${countOf(done.step, 'step')} already, so nothing was trained. Checkpoint: ${done.checkpoint}`,
    );
    out.result(
      `Export the weights with:\n  conmim export "${run.dir}" --format safetensors --out weights.safetensors`,
    );
  } else if (run !== undefined) {
    out.result(`Stopped at step ${outcome.step}. Resume with:\n  conmim resume "${run.dir}"`);
  }
  return { outcome, run, done };
}
