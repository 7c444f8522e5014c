import path from 'node:path';
import { PREDICTION_FORMATS, WAITING_FOR_IMAGES } from '../../contract/predictions-text.ts';
import { signalExitCode } from '../../platform/signal-exit-code.ts';
import { systemClock } from '../../runs/clock.ts';
import { watchInterrupts } from '../../train/interrupts.ts';
import { readDevice } from '../device-option.ts';
import { countOf, countText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { CSV_OPTION, modelReference } from '../labelled-options.ts';
import { PredictionsTarget } from '../predictions-target.ts';
import { CountProgress } from '../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

/** Of images that were left out; further ones are counted. */
const NAMED = 20;

export const command = jobCommand('predict', {
  positionals: ['[DIR|FILE]…'],
  options: {
    format: {
      value: 'csv|json',
      help: 'The form of the table; by the ending of --out if left out (default csv).',
    },
    out: { value: 'FILE', help: 'Where to write the table (default: stdout).' },
    ...CSV_OPTION,
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim predict --model workspace/runs/ID --data photos --out predictions.csv',
    'conmim predict --model workspace/runs/ID --data inbox --watch --out predictions.csv',
  ],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const given = args.text('out');
    const file = given === undefined ? undefined : path.resolve(host.cwd, given);
    const format = args.choice('format', PREDICTION_FORMATS);
    const keepFormulas = args.flag('keep-formulas');
    const target = new PredictionsTarget({ file, format, keepFormulas }, out);
    await target.refuseTaken();
    const device = await readDevice(call, request.device);
    const progress = new CountProgress(out, host.now);
    const controller = new AbortController();
    const interrupts = watchInterrupts(process, systemClock, () => controller.abort());
    let leftOut = 0;
    let classes: readonly string[] = [];
    const { images, stopped, ...done } = await parts
      .predict({
        workspace: workspaceOf(args, host),
        model: modelReference(request.model, request),
        data: [...request.data, ...args.positionals].map((one) => path.resolve(host.cwd, one)),
        watch: request.watch ?? false,
        device,
        signal: controller.signal,
        async onStart(start) {
          classes = start.classes;
          for (const message of start.notes) out.note(`Note: ${message}`);
          out.record({ type: 'predicting', task: start.task, classes });
          await target.begin(classes);
        },
        onRows: (rows) => target.add(rows),
        onLeftOut(image) {
          out.record({ type: 'left-out', ...image });
          leftOut++;
          if (leftOut <= NAMED) out.note(`Left out: ${image.path} (${image.reason})`);
          if (leftOut === NAMED) out.note('Further ones are counted; --json names all.');
        },
        onProgress: (at) => progress.show(`${at.done} of ${countOf(at.total, 'image')}`, at),
        onWaiting(missing, counts) {
          const gone = missing.map((folder) => `${folder} is not there; it is looked for`);
          for (const text of gone) out.note(`${text}.`);
          const done = counts.images + counts.leftOut;
          const text = gone.length > 0 ? gone.join('. ') : WAITING_FOR_IMAGES;
          out.record({ type: 'progress', done, total: done, text });
          out.note(WAITING_FOR_IMAGES);
        },
      })
      .finally(async () => {
        progress.finish();
        interrupts.dispose();
        await target.end();
      });
    const files = target.files;
    out.record({ type: 'predict', images, ...done, stopped, classes: classes.length, files });
    const counted = `${countOf(images, 'image')} classified, ${countText(done.leftOut)} left out`;
    const rate = request.watch ? '' : `, ${countText(Math.round(done.imagesPerSecond))} images/s`;
    const ending = `${stopped ? 'Stopped: ' : ''}${counted}${rate}.`;
    if (file === undefined) out.note(ending);
    else out.result([ending, ...files.map((one) => `Written: ${one}`)].join(' '));
    if (stopped) host.setExitCode(signalExitCode(interrupts.received ?? 'SIGINT'));
  },
});
