import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { isNarrowPrecision, type Precision } from '../../contract/precision.ts';
import {
  type DensePredictionFormat,
  isPredictionFile,
  WAITING_FOR_IMAGES,
} from '../../contract/predictions-text.ts';
import { usageError } from '../../contract/usage-error.ts';
import { signalExitCode } from '../../platform/signal-exit-code.ts';
import { systemClock } from '../../runs/clock.ts';
import { watchInterrupts } from '../../train/loop/interrupts.ts';
import { type DenseOutput, openDenseOutput } from '../dense-output.ts';
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
    ...CSV_OPTION,
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim predict --model workspace/runs/ID --data photos --out predictions.csv',
    'conmim predict --model workspace/runs/ID --data inbox --watch --out predictions.csv',
    'conmim predict --model workspace/runs/ID --data photos --format masks --out masks',
  ],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const { format, resume = false } = request;
    const file = request.out === undefined ? undefined : path.resolve(host.cwd, request.out);
    const keepFormulas = args.flag('keep-formulas');
    const data = [...request.data, ...args.positionals].map((one) => path.resolve(host.cwd, one));
    /** Of networks that classify images. */
    let table: PredictionsTarget | undefined;
    /** Of networks that say where things are. */
    let dense: DenseOutput | undefined;
    const device = await readDevice(call, request.device, request.precision);
    const progress = new CountProgress(out, host.now);
    const controller = new AbortController();
    const interrupts = watchInterrupts(process, systemClock, () => controller.abort());
    let leftOut = 0;
    let classes: readonly string[] = [];
    let task: string | undefined;
    let precision: Precision | undefined;
    const { images, stopped, ...done } = await parts
      .predict({
        workspace: workspaceOf(args, host),
        model: modelReference(request.model, request),
        data,
        watch: request.watch ?? false,
        threshold: request.threshold,
        device,
        precision: request.precision,
        signal: controller.signal,
        async onStart(start) {
          ({ task, classes, precision } = start);
          for (const message of start.notes) out.note(`Note: ${message}`);
          out.record({ type: 'predicting', task, classes, ...defined({ precision }) });
          table = new PredictionsTarget(
            { file, format: tableFormat(format, resume), keepFormulas },
            out,
          );
          await table.begin(classes);
        },
        async onDenseStart(start) {
          ({ task, precision } = start);
          classes = start.classes.map(({ name }) => name);
          for (const message of start.notes) out.note(`Note: ${message}`);
          const labels = start.classes.map(({ id, colour }) => ({ id, ...defined({ colour }) }));
          out.record({ type: 'predicting', task, classes, labels, ...defined({ precision }) });
          const options = { out: file, format, resume, keepFormulas, data };
          dense = await openDenseOutput(options, start, out);
          return dense;
        },
        onRows: (rows) => table!.add(rows),
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
        await table?.end();
        await dense?.end();
      });
    const files = (dense ?? table)?.files ?? [];
    const counts = { images, ...done, stopped, classes: classes.length, files };
    out.record({ type: 'predict', ...defined({ task, precision }), ...counts });
    const did = dense === undefined ? 'classified' : 'predicted';
    const earlier = done.earlier ? `, ${countText(done.earlier)} there already` : '';
    const counted = `${countOf(images, 'image')} ${did}${earlier}, ${countText(done.leftOut)} left out`;
    const rate = request.watch ? '' : `, ${countText(Math.round(done.imagesPerSecond))} images/s`;
    const narrow = isNarrowPrecision(precision ?? 'float32') ? `, computed in ${precision}` : '';
    const ending = `${stopped ? 'Stopped: ' : ''}${counted}${rate}${narrow}.`;
    if (file === undefined) out.note(ending);
    else out.result([ending, ...files.map((one) => `Written: ${one}`)].join(' '));
    if (stopped) host.setExitCode(signalExitCode(interrupts.received ?? 'SIGINT'));
  },
});

/** @throws StudioError `usage` for what tables of classes cannot do */
function tableFormat(format: DensePredictionFormat | undefined, resume: boolean) {
  if (resume) throw usageError('--resume is for networks that say where things are; leave it out.');
  if (format === undefined || isPredictionFile(format)) return format;
  throw usageError(
    `--format ${format} is for networks that say where things are; use csv or json.`,
  );
}
