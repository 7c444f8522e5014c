/** What a scan knows of a set of folders. */

/** An image that can be decoded. Its position in the index is its sample id. */
export interface Sample {
  /** absolute */
  readonly path: string;
  /** pixels, after orientation */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** sha256 of the content, hex */
  readonly hash: string;
  /** jpeg, png, webp, tiff, gif, avif or bmp */
  readonly format: string;
  /** what it looks like: the same for images that look the same; empty for one colour */
  readonly phash?: string;
  /** different values among its pixels, 1 to 256, and from the lowest to the highest, 1 to 256 */
  readonly levels?: number;
  readonly span?: number;
  /** a channel that is neither colour nor transparency was left out */
  readonly extraChannel?: true;
}

export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

/** What belongs to systems and programs: thumbnails, trash, snapshots. */
export interface LeftToSystem {
  /** files that are images by their names */
  images: number;
  /** absolute */
  readonly folders: string[];
}

/** A folder that was reached again, by a link or since it was given twice; its images are not read again. */
export interface RepeatedFolder {
  /** absolute */
  readonly path: string;
  /** the path under which its images were read */
  readonly readAs: string;
}

export interface DatasetIndex {
  /** absolute, as given */
  readonly folders: readonly string[];
  /** in a stable order: by folder, then by relative path */
  readonly samples: readonly Sample[];
  readonly images: number;
  readonly bytes: number;
  readonly formats: Readonly<Record<string, number>>;
  readonly unreadable: readonly Unreadable[];
  /** files of other kinds: extension in lower case → count */
  readonly ignored: Readonly<Record<string, number>>;
  /** left out, since it belongs to the system */
  readonly system: Readonly<LeftToSystem>;
  readonly repeatedFolders: readonly RepeatedFolder[];
  /** groups of paths with equal content */
  readonly duplicates: readonly (readonly string[])[];
  /** images that may not show what was meant, in words */
  readonly doubts: readonly string[];
  /** sha256 over sorted (relative path, content hash), hex */
  readonly fingerprint: string;
}
