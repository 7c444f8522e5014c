/** What both file formats yield: the pickled value, and a way to the storages that it mentions. */
import type { StorageRecord } from './storages.ts';
import type { TorchValue } from './values.ts';

export interface TorchArchive {
  readonly format: 'zip' | 'legacy';
  readonly value: TorchValue;
  readonly storages: StorageData;
}

export interface StorageData {
  /** Where the data lie in the file, for reading in order. */
  positionOf(storage: StorageRecord): number;
  /**
   * The elements as they lie in this machine's memory; each storage is asked for once.
   *
   * @throws Malformed when the file does not have them
   */
  read(storage: StorageRecord): Promise<ArrayBuffer>;
}
