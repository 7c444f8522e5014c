import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { inOneLine } from '../../contract/shorten.ts';
import { excludedLists } from '../excluded-lists.ts';
import { bytesText, countOf, countText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { imageFolders } from '../pretrain-order.ts';
import { CountProgress } from '../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

const SHOWN = 20;

export const command = jobCommand('prepare', {
  details:
    'Trainings with the same folders and settings then read the prepared images by themselves. An interrupted preparation continues when it is given again.',
  options: { workspace: RUN_OPTIONS.workspace },
  examples: [
    'conmim prepare --data ~/pictures --recipe small',
    'conmim prepare --data ~/pictures --recipe small --out /fast/disk',
    'conmim prepare --data ~/pictures --from workspace/runs/ID',
  ],
  async run(call, { folders, exclude, from, recipe: reference, ...request }) {
    const { settings, out: elsewhere, threads } = request;
    const { args, host, out, parts } = call;
    const workspace = workspaceOf(args, host);
    const source = { folder: host.cwd, workspace };
    const recipe = await parts.prepareRecipe({ reference, from, settings, source });
    const data = await imageFolders(call, folders);
    const progress = new CountProgress(out, host.now);
    const result = await parts
      .prepareSet({
        ...{ workspace, data, recipe, threads },
        ...excludedLists(call, exclude),
        out: elsewhere && path.resolve(host.cwd, elsewhere),
        onScan: ({ done, total }) =>
          progress.show(`Scanning: ${countText(done)} of ${countOf(total, 'file')}`),
        onPlan({ waiting, ready, neededBytes }) {
          progress.finish();
          const images = waiting.length;
          out.record({ type: 'plan', images, ready, neededBytes });
          out.note(
            `${countOf(images, 'image is', 'images are')} to be prepared, which takes ${bytesText(neededBytes)} of disk space; ${countText(ready)} are ready.`,
          );
        },
        onProgress: (at) =>
          progress.show(`Preparing: ${countText(at.done)} of ${countOf(at.total, 'image')}`, at),
      })
      .finally(() => progress.finish());
    const { folder, images, written, tooLarge, unreadable, notices } = result;
    const counts = { folder, images, written, tooLarge, unreadable };
    out.record({ type: 'prepared', ...counts, ...defined({ notices }) });
    for (const { message } of notices) out.result(message);
    for (const { path: file, reason } of unreadable.slice(0, SHOWN))
      out.result(`Not prepared: ${inOneLine(file)}: ${reason}`);
    if (tooLarge.length > 0)
      out.result(
        `${countOf(tooLarge.length, 'image is', 'images are')} too large to be shrunk in memory and will be read from the files.`,
      );
    out.result(
      `${countOf(images, 'image')} prepared in ${folder}, ${countText(written)} of them now.`,
    );
    out.result('Trainings with these folders and settings read them by themselves.');
  },
});
