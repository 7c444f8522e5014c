/** Data sets on disk, `<workspace>/datasets/<id>/`: the record of each, and what its scan has found. */

import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import {
  type Dataset,
  datasetSchema,
  type HealthReport,
  healthReportSchema,
} from '../../contract/studio/datasets.ts';
import { removeLeftovers } from '../../disk/atomic-file.ts';
import { namesIn } from '../../disk/disk.ts';
import { readJsonFile, writeJsonFile } from '../../disk/json-file.ts';
import { excludedFile } from '../../runs/excluded-list.ts';

/** Other keys of a data set, such as the report, are not part of its record. */
const recordSchema = datasetSchema.pick({
  id: true,
  name: true,
  kind: true,
  folders: true,
  several: true,
  labelSeparator: true,
  dense: true,
  tiles: true,
  stackChannels: true,
  excluded: true,
  addedAt: true,
} as const);
export type DatasetRecord = z.infer<typeof recordSchema>;

export interface StoredDataset {
  readonly record: DatasetRecord;
  /** Left out where no scan was completed. */
  readonly report: HealthReport | undefined;
}

export class DatasetStore {
  readonly #workspace: string;
  readonly #root: string;

  constructor(workspace: string) {
    this.#workspace = workspace;
    this.#root = path.resolve(workspace, 'datasets');
  }

  /** All data sets, without damaged ones. Files that a crash has left behind are removed. */
  async *readAll(): AsyncGenerator<StoredDataset> {
    await removeLeftovers(this.#root);
    for (const name of await namesIn(this.#root)) {
      await removeLeftovers(path.join(this.#root, name));
      const stored = await readJsonFile(this.#file(name, 'dataset.json'), recordSchema);
      if (stored === undefined || stored.id !== name) continue;
      const report = await readJsonFile(this.#file(name, 'report.json'), healthReportSchema);
      yield { record: this.#relocated(stored), report };
    }
  }

  async write(dataset: DatasetRecord | Dataset): Promise<void> {
    await writeJsonFile(this.#file(dataset.id, 'dataset.json'), recordSchema.parse(dataset));
  }

  async writeReport(id: string, report: HealthReport): Promise<void> {
    await writeJsonFile(this.#file(id, 'report.json'), report);
  }

  async removeReport(id: string): Promise<void> {
    await rm(this.#file(id, 'report.json'), { force: true });
  }

  async remove(id: string): Promise<void> {
    await rm(path.join(this.#root, id), { recursive: true, force: true, maxRetries: 3 });
  }

  /** The list of a set's images, which scans write. */
  listing(id: string): string {
    return this.#file(id, 'images');
  }

  /** The workspace may have been moved. */
  #relocated({ excluded, ...rest }: DatasetRecord): DatasetRecord {
    const file = excluded && excludedFile(this.#workspace, excluded.file);
    return file === undefined ? rest : { ...rest, excluded: { ...excluded!, file } };
  }

  #file(id: string, name: string): string {
    return path.join(this.#root, id, name);
  }
}
