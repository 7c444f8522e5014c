/**
 * Pictures of evaluations in the folder of a run, `pictures/<step>/`, and the event that names them.
 * Those of the newest evaluations are kept.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { encodeWebp } from '../../data/pixels/encode-webp.ts';
import { ifMissing, replaceFile } from '../../disk/disk.ts';
import type { PicturesEvent } from '../../runs/events.ts';
import type { RunSession } from '../../runs/run-session.ts';
import type { EvaluationPictures } from '../../tasks/task.ts';

/** Evaluations whose pictures are kept, some 100 kB each. */
const KEPT = 12;

/** May be called again after an error. @throws StudioError errors of disks */
export async function keepPictures(
  { run, disk }: Pick<RunSession, 'run' | 'disk'>,
  step: number,
  { legend, images }: EvaluationPictures,
): Promise<Omit<PicturesEvent, 'time'>> {
  const folder = path.join(run.picturesDir, String(step));
  await disk.makeFolder(folder);
  const named: PicturesEvent['images'][number][] = [];
  for (const [i, { path: image, views }] of images.entries()) {
    const files: PicturesEvent['images'][number]['views'][number][] = [];
    for (const [j, { picture, ...about }] of views.entries()) {
      const file = path.join(folder, `${i}-${j}.webp`);
      await replaceFile(disk, file, await encodeWebp(picture));
      files.push({ ...about, file: path.relative(run.dir, file).replaceAll('\\', '/') });
    }
    named.push({ path: image, views: files });
  }
  const steps = (await ifMissing(readdir(run.picturesDir), []))
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
  for (const old of steps.slice(0, -KEPT))
    await disk.remove(path.join(run.picturesDir, String(old)));
  return { type: 'pictures', step, legend, images: named };
}
