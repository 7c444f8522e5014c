/** The common interface of both file formats: the pickled value, and access to its storages. */
import type { StorageRecord } from './storages.ts';
import type { TorchValue } from './values.ts';

export interface TorchArchive {
  readonly format: 'zip' | 'legacy';
  readonly value: TorchValue;
  readonly storages: StorageData;
}

export interface StorageData {
  /** Position of the data in the file, for reading in order. */
  positionOf(storage: StorageRecord): number;
  /**
   * The elements in this machine's byte order. Each storage is read at most once.
   * @throws Malformed when the data are missing
   */
  read(storage: StorageRecord): Promise<ArrayBuffer>;
}
