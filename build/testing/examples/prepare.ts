/** The folder in which examples run: images, labels, networks and files that they name. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeSmallImage } from '../../../engine/data/testing/small-images.ts';
import { ROOT } from '../../root.ts';
import { readBlocks } from './read-examples.ts';
import { shrink } from './shrink.ts';

const CLASSES = ['cat', 'dog'];
/** Images of each class and split: as many as the neighbours that examples ask for. */
const EACH = 10;

/** Runs a command of `conmim` in the folder. */
export type RunConmim = (folder: string, words: readonly string[]) => Promise<unknown>;

/** @returns the step of the checkpoint of the run `holiday` */
export async function prepareFolder(folder: string, run: RunConmim): Promise<number> {
  await writeImages(folder);
  writeFiles(folder);
  const inRuns = ['--workspace', 'runs'];
  // As many as a run has that is measured while it trains.
  const step = 100;
  await run(folder, [
    ...shrink(['pretrain', '--data', 'photos', '--recipe', 'micro'], step, folder),
    ...['--name', 'holiday', '--set', `steps=${step}`, ...inRuns],
  ]);
  const finetune = ['finetune', '--from', 'holiday', '--train', 'labelled'];
  for (const name of ['animals', 'baseline'])
    await run(folder, [...shrink(finetune, step, folder), '--name', name, ...inRuns]);
  const save = (from: string, format: string, out: string) =>
    run(folder, ['export', from, ...inRuns, '--format', format, '--out', out]);
  await save('animals', 'hf', 'animals-classifier');
  await save('animals', 'safetensors', 'animals.safetensors');
  await save('holiday', 'safetensors', 'teacher.safetensors');
  for (const name of ['weights', 'others'])
    await save('holiday', 'safetensors', `${name}.safetensors`);
  await save('holiday', 'hf', 'beit-folder');
  symlinkSync('runs', path.join(folder, 'workspace'));
  return step;
}

async function writeImages(folder: string): Promise<void> {
  let number = 0;
  const write = async (place: string, count: number) => {
    for (let i = 0; i < count; i++)
      await writeSmallImage(folder, path.join(place, `${i + 1}.png`), number++);
  };
  const flat = ['photos', 'other-photos', 'more', 'inbox', 'path/to/pictures'];
  for (const place of [...flat, 'data/images', 'data/more']) await write(place, 12);
  for (const split of ['train', 'val', 'test'])
    for (const name of CLASSES) await write(path.join('labelled', split, name), EACH);
  copyFileSync(path.join(folder, 'more', '1.png'), path.join(folder, 'more', '1.jpg'));
  copyFileSync(path.join(folder, 'more', '1.png'), path.join(folder, 'photo.png'));
  for (const name of ['beach.jpg', 'cat.jpg'])
    await writeSmallImage(folder, path.join('photos', name), number++);
}

function writeFiles(folder: string): void {
  const at = (name: string) => path.join(folder, name);
  const rows = (labels: (name: string, i: number) => string) =>
    CLASSES.flatMap((name) =>
      Array.from(
        { length: EACH },
        (_, i) => `labelled/train/${name}/${i + 1}.png,${labels(name, i)}`,
      ),
    ).join('\n');
  writeFileSync(at('labels.csv'), `path,label\n${rows((name) => name)}\n`);
  const tags = (name: string, i: number) => (i % 2 === 0 ? `${name};indoors` : name);
  writeFileSync(at('tags.csv'), `path,labels\n${rows(tags)}\n`);
  // The recipe that the page on recipes shows.
  const page = readFileSync(path.join(ROOT, 'docs', 'recipes.md'), 'utf8');
  writeFileSync(at('my-recipe.json'), readBlocks(page, 'json')[0]!.lines.join('\n'));
  const fixtures = path.join(ROOT, 'assets', 'fixtures');
  copyFileSync(path.join(fixtures, 'checkpoint_tiny.zip.pth'), at('conmim_base_300e.pth'));
  mkdirSync(at('my-reference-files'));
  for (const name of ['optimizer_unit.safetensors', 'finetune_tiny_cls.safetensors'])
    copyFileSync(path.join(fixtures, name), at(`my-reference-files/${name}`));
  mkdirSync(at('data/conmim'), { recursive: true });
  for (const name of ['token.txt', 'secret.txt'])
    writeFileSync(at(name), 'a-token-of-more-than-24-letters\n', { mode: 0o600 });
  const key = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const files = ['-keyout', at('key.pem'), '-out', at('cert.pem')];
  execFileSync('openssl', [...key, '-nodes', ...files, '-days', '2', '-subj', '/CN=gpu-box'], {
    stdio: 'ignore',
  });
}
