// Memory and times of a very large labelled set, whose entries are made up; see data-index.ts.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { LabelledTable } from '../engine/data/labelled/labelled-table.ts';
import { ListedImages } from '../engine/data/labelled/listing.ts';
import { splitStratified } from '../engine/data/labelled/splits.ts';
import { completeSet } from '../engine/data/labelled/subset.ts';
import { LabelledSampler } from '../engine/data/loader/labelled-sampler.ts';
import { FactList } from '../engine/data/scan/fact-list.ts';
import { PagedTable } from '../engine/data/scan/index-table/paged-table.ts';
import { FileList } from '../engine/data/sources/file-list.ts';
import { labelNumbers } from '../engine/tasks/shared/labelled-images.ts';
import { appendRows } from './append-rows.ts';
import { entries, measured, ROOT_FOLDER, residentBytes, VERSION } from './made-up-index.ts';

const CLASSES = 1000;
const BATCH = 1024;
const STEPS = 100;
const SOURCE = { source: ROOT_FOLDER, problems: [] };

/** @param file the index of an earlier scan of the same files */
export async function benchLabelled(count: number, file: string): Promise<void> {
  const before = await residentBytes();
  const { samples, opened } = await openSet(count, file);
  const classes = Array.from({ length: CLASSES }, (_, i) => `class ${i}`);
  const [set, counted] = measured(() => completeSet({ ...SOURCE, samples, classes }));
  const held = (await residentBytes()) - before;
  const [, fingerprinted] = measured(() => set.fingerprint);
  const [, judged] = measured(() => set.problems);
  const [{ train }, divided] = measured(() => splitStratified(set, { fraction: 0.1, seed: 0 }));
  const [sampler, numbered] = measured(() => {
    const labels = labelNumbers(train.samples);
    const plan = { batchSize: BATCH, seed: 0, sampling: 'balanced' } as const;
    const made = new LabelledSampler({ labels, ...plan });
    made.batch(0);
    return made;
  });
  const training = (await residentBytes()) - before;
  const [letters, drawn] = measured(() => {
    let sum = 0;
    for (let step = 0; step < STEPS; step++)
      for (const id of sampler.batch(step).sampleIds) sum += train.samples.at(id)!.path.length;
    return sum;
  });
  if (letters === 0) throw new Error('No images were drawn.');
  appendRows('labelled-index', [
    {
      cpu: cpus()[0]?.model,
      threads: availableParallelism(),
      load: loadavg()[0],
      samples: count,
      'opened in CPU s': opened + counted,
      'bytes a sample': samples.memoryBytes / count,
      'process grew by bytes a sample': held / count,
      'fingerprint in CPU s': fingerprinted,
      'problems in CPU s': judged,
      'divided in CPU s': divided,
      'first epoch in CPU s': numbered,
      'by bytes a sample with training': training / count,
      'images drawn a CPU second': (BATCH * STEPS) / drawn,
    },
  ]);
}

/** The set from the files of a walk and what an earlier scan knew of them, without these. */
async function openSet(count: number, file: string) {
  const known = await PagedTable.open(file, VERSION, 0);
  if (known === undefined) throw new Error('The earlier scan is not there.');
  const files = new FileList();
  const facts = new FactList(count, { beside: file });
  const images = new ListedImages();
  for (const [at] of entries(count)) {
    const row = files.length;
    facts.set(row, known.get(at));
    files.push({ path: at, relative: at.slice(ROOT_FOLDER.length), named: true });
    images.push({ file: row, labels: row % CLASSES, split: undefined });
  }
  files.trim();
  await known[Symbol.asyncDispose]();
  const usable = Uint32Array.from({ length: count }, (_, i) => i);
  const labelOf = Uint32Array.from({ length: CLASSES }, (_, i) => i);
  const parts = { listing: { files, images }, facts, usable, labelOf, lists: undefined };
  const [samples, opened] = measured(() => new LabelledTable(parts));
  return { samples, opened };
}
