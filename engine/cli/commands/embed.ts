import path from 'node:path';
import { isNarrowPrecision } from '../../contract/precision.ts';
import { usageError } from '../../contract/usage-error.ts';
import { readDevice } from '../device-option.ts';
import { excludedLists } from '../excluded-lists.ts';
import { countOf, countText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { CSV_OPTION, modelReference } from '../labelled-options.ts';
import { CountProgress } from '../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command = jobCommand('embed', {
  options: { ...CSV_OPTION, ...RUN_OPTIONS },
  examples: [
    'conmim embed --from workspace/runs/ID --data photos --format parquet --out features.parquet',
  ],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const { format, out: asked, pooling, layer } = request;
    const progress = new CountProgress(out, host.now);
    const ending = path.extname(asked).slice(1).toLowerCase();
    if (format !== undefined && ending !== '' && ending !== format)
      throw usageError(`--out ${asked} does not end with .${format}, the format asked for.`);
    const file = format !== undefined && ending === '' ? `${asked}.${format}` : asked;
    const written = await parts
      .embed({
        workspace: workspaceOf(args, host),
        from: modelReference(request.from, request),
        data: path.resolve(host.cwd, request.data),
        ...excludedLists(call, request.exclude),
        out: path.resolve(host.cwd, file),
        pooling,
        ...(layer === undefined ? {} : { layer }),
        keepFormulas: args.flag('keep-formulas'),
        device: await readDevice(call, request.device, request.precision),
        precision: request.precision,
        onProgress: (at) => progress.show(`${at.done} of ${countOf(at.total, 'image')}`, at),
      })
      .finally(() => progress.finish());
    for (const message of written.notes) out.note(`Note: ${message}`);
    out.record({ type: 'embed', ...written });
    const narrow = isNarrowPrecision(written.precision) ? `, computed in ${written.precision}` : '';
    out.result(
      `${countText(written.images)} embeddings of width ${written.width}${written.labelled ? ', with labels' : ''}${narrow}, written and read back: ${written.files.join(', ')}`,
    );
  },
});
