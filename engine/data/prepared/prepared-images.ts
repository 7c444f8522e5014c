/** The prepared images of a folder of shards, by the images that they were made of. */
import path from 'node:path';
import { namesIn } from '../../disk/disk.ts';
import { contentId, ID_BYTES, type IdentifiedImage, placeId } from './entry-ids.ts';
import type { EntryLayout } from './entry-layout.ts';
import { IdTable } from './id-table.ts';
import { RECORD_BYTES, readRecord, readRecords, shardNumbers, shardPath } from './shard-file.ts';

/** Where a prepared picture lies, as plain data. */
export interface PreparedPlace extends EntryLayout {
  readonly shard: string;
  readonly offset: number;
}

export class PreparedImages {
  readonly folder: string;
  readonly count: number;
  /** shards that cannot be read, with all of their images */
  readonly damaged: readonly string[];
  readonly #records: Buffer;
  readonly #shards: readonly { readonly path: string; readonly end: number }[];
  #byContent: IdTable | undefined;
  #byPlace: IdTable | undefined;

  private constructor(
    folder: string,
    shards: readonly { readonly path: string; readonly records: Buffer }[],
    damaged: readonly string[],
  ) {
    this.folder = folder;
    this.damaged = damaged;
    this.#records = Buffer.concat(shards.map(({ records }) => records));
    this.count = this.#records.length / RECORD_BYTES;
    let end = 0;
    this.#shards = shards.map(({ path: shard, records }) => {
      end += records.length / RECORD_BYTES;
      return { path: shard, end };
    });
  }

  static async open(folder: string): Promise<PreparedImages> {
    const shards: { path: string; records: Buffer }[] = [];
    const damaged: string[] = [];
    for (const number of shardNumbers(await namesIn(folder))) {
      const shard = shardPath(folder, number);
      const records = await readRecords(shard).catch(() => undefined);
      if (records === undefined) damaged.push(path.basename(shard));
      else shards.push({ path: shard, records });
    }
    return new PreparedImages(folder, shards, damaged);
  }

  /** @returns undefined where this image is not prepared */
  find(image: IdentifiedImage): PreparedPlace | undefined {
    const content = contentId(image);
    this.#byContent ??= new IdTable(this.#records, RECORD_BYTES, 0);
    const at =
      content === undefined
        ? this.#placeTable().find(placeId(image))
        : this.#byContent.find(content);
    if (at === undefined) return undefined;
    const { imageWidth, imageHeight, offset, width, height, channels, encoding } = readRecord(
      this.#records,
      at * RECORD_BYTES,
    );
    if (imageWidth !== image.width || imageHeight !== image.height) return undefined;
    const shard = this.#shards.find(({ end }) => at < end)!.path;
    return { shard, offset, width, height, channels, encoding };
  }

  #placeTable(): IdTable {
    this.#byPlace ??= new IdTable(this.#records, RECORD_BYTES, ID_BYTES);
    return this.#byPlace;
  }
}
