// Memory and times of the index of a very large set, whose entries are made up.
//   npm run bench:index -- [MILLIONS]
// Writes the index to a temporary folder, opens it, and draws batches of an epoch from it. Then makes
// the index of a scan of the same files that an earlier scan knew, and draws batches of a training from it.
// Then makes a labelled set of these files, divides it, and draws batches of a fine-tuning from it.
// Appends a row each to data-index.csv, scan-index.csv and labelled-index.csv of bench/results.
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { plainArguments, positiveNumber } from '../build/arguments.ts';
import { Sampler } from '../engine/data/loader/sampler.ts';
import { FactList } from '../engine/data/scan/fact-list.ts';
import { IndexTable, TRAINING_COLUMNS } from '../engine/data/scan/index-table/index-table.ts';
import { PagedTable } from '../engine/data/scan/index-table/paged-table.ts';
import { encodeTable } from '../engine/data/scan/index-table/write-table.ts';
import { SampleTable } from '../engine/data/scan/sample-table.ts';
import { FileList } from '../engine/data/sources/file-list.ts';
import { appendRows } from './append-rows.ts';
import { benchLabelled } from './labelled-index.ts';
import { entries, measured, ROOT_FOLDER, residentBytes, timed, VERSION } from './made-up-index.ts';

const BATCH = 1024;
const STEPS = 100;

export async function main(args: string[]): Promise<void> {
  const [millions = '10'] = plainArguments(args, 1);
  const count = positiveNumber(millions, 'MILLIONS') * 1e6;
  const folder = mkdtempSync(path.join(tmpdir(), 'conmim-index-'));
  try {
    const file = path.join(folder, 'images.index');
    const [, written] = await timed(() =>
      pipeline(Readable.from(encodeTable(VERSION, entries(count))), createWriteStream(file)),
    );
    const before = process.memoryUsage().rss;
    const [table, opened] = await timed(() => IndexTable.open(file, VERSION, TRAINING_COLUMNS));
    if (table?.size !== count) throw new Error('The index does not have the entries.');
    const held = process.memoryUsage().rss - before;
    const sampler = new Sampler({ count, batchSize: BATCH, seed: 0 });
    const [bytes, drawn] = await timed(() => {
      let sum = 0;
      for (let step = 0; step < STEPS; step++)
        for (const id of sampler.batch(step).sampleIds) sum += table.path(id).length;
      return sum;
    });
    if (bytes === 0) throw new Error('No paths were drawn.');
    await benchTraining(count, file);
    await benchLabelled(count, file);
    appendRows('data-index', [
      {
        cpu: cpus()[0]?.model,
        threads: availableParallelism(),
        load: loadavg()[0],
        samples: count,
        'file GB': statSync(file).size / 1e9,
        'written in s': written,
        'opened in s': opened,
        'bytes a sample': table.memoryBytes / count,
        'process grew by bytes a sample': held / count,
        'draws with paths a second': (BATCH * STEPS) / drawn,
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param file the index of an earlier scan of the same files */
async function benchTraining(count: number, file: string): Promise<void> {
  const before = await residentBytes();
  const known = await PagedTable.open(file, VERSION, 0);
  if (known === undefined) throw new Error('The earlier scan is not there.');
  const [{ files, facts }, listed] = measured(() => {
    const made = { files: new FileList(), facts: new FactList(count, { beside: file }) };
    for (const [at] of entries(count)) {
      made.facts.set(made.files.length, known.get(at));
      made.files.push({ path: at, relative: at.slice(ROOT_FOLDER.length), named: true });
    }
    made.files.trim();
    return made;
  });
  const [samples, opened] = measured(() => new SampleTable(files, facts));
  const rescanning = (await residentBytes()) - before;
  const ofKnown = known.memoryBytes;
  await known[Symbol.asyncDispose]();
  const scanning = (await residentBytes()) - before;
  const ofScan = samples.memoryBytes;
  facts.keepForTraining();
  const held = (await residentBytes()) - before;
  const sampler = new Sampler({ count: samples.length, batchSize: BATCH, seed: 0 });
  const [bytes, drawn] = measured(() => {
    let sum = 0;
    for (let step = 0; step < STEPS; step++)
      for (const id of sampler.batch(step).sampleIds) sum += samples.at(id)!.path.length;
    return sum;
  });
  if (bytes === 0) throw new Error('No images were drawn.');
  appendRows('scan-index', [
    {
      cpu: cpus()[0]?.model,
      threads: availableParallelism(),
      load: loadavg()[0],
      samples: count,
      'columns filled from an earlier scan in CPU s': listed,
      'images numbered in CPU s': opened,
      'bytes a sample': samples.memoryBytes / count,
      'process grew by bytes a sample': held / count,
      'bytes a sample in the scan': ofScan / count,
      'by bytes a sample in the scan': scanning / count,
      'bytes a sample of an earlier scan': ofKnown / count,
      'by bytes a sample with an earlier scan': rescanning / count,
      'images drawn a CPU second': (BATCH * STEPS) / drawn,
    },
  ]);
}
