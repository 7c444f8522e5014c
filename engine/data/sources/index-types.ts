/** Types for the result of a scan of folders. */
import type { StoredKind } from '../../contract/stored-kind.ts';
import type { LazyList } from './lazy-list.ts';

/** An image that can be decoded. Its position in the index is its sample id. */
export interface Sample {
  /** absolute; of one of several pictures of a file, with its number */
  readonly path: string;
  /** pixels, after orientation */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** sha256 of the content, hex */
  readonly hash: string;
  /** of a tile: sha256 of the whole file, hex */
  readonly fileHash?: string;
  /** jpeg, png, webp, tiff, gif, avif, bmp, or that of a reader of stored images */
  readonly format: string;
  /** perceptual hash, equal for images that look the same; empty for one colour */
  readonly phash?: string;
  /** number of distinct values and range of values among the pixels, each 1 to 256 */
  readonly levels?: number;
  readonly span?: number;
  /** a channel that is neither colour nor transparency was dropped */
  readonly extraChannel?: true;
  /** pictures of the file that are not read: frames after the first, pages of other sizes */
  readonly otherPictures?: number;
  /** of files that are read as they are stored; absent for pictures of 8 bits */
  readonly stored?: StoredKind;
}

export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

/** Files of systems and programs, which are left out: thumbnails, trash, snapshots. */
export interface LeftToSystem {
  /** files that are images by their names */
  images: number;
  /** absolute */
  readonly folders: string[];
}

/** A folder reached again, through a link or as given twice; its images are not read again. */
export interface RepeatedFolder {
  /** absolute */
  readonly path: string;
  /** the path under which its images were read */
  readonly readAs: string;
}

export interface TileCounts {
  /** images that are divided */
  readonly files: number;
  /** tiles of them that are used */
  readonly tiles: number;
  /** tiles that show nothing and are left out */
  readonly empty: number;
}

export interface DatasetIndex {
  /** absolute, as given */
  readonly folders: readonly string[];
  /** in a stable order: by folder, then by relative path */
  readonly samples: LazyList<Sample>;
  readonly images: number;
  readonly bytes: number;
  readonly formats: Readonly<Record<string, number>>;
  /** images that are read as they are stored, by what they hold, such as "6 channels of 16 bits" */
  readonly kinds: Readonly<Record<string, number>>;
  /** images that are read as tiles; left out where there are none */
  readonly tiles?: TileCounts;
  /** images that are left out as asked; left out where nothing was asked */
  readonly excluded?: number;
  readonly unreadable: readonly Unreadable[];
  /** files of other kinds: extension in lower case → count */
  readonly ignored: Readonly<Record<string, number>>;
  /** files left out because they belong to the system */
  readonly system: Readonly<LeftToSystem>;
  readonly repeatedFolders: readonly RepeatedFolder[];
  /** groups of paths with equal content */
  readonly duplicates: readonly (readonly string[])[];
  /** sentences about images that may not show what was meant */
  readonly doubts: readonly string[];
  /** sha256 over sorted (relative path, content hash), hex */
  readonly fingerprint: string;
}
