/** oneDNN's library on this machine: its files, where the program keeps them, and what is found. */
import { findOneDnn, type NoLibrary, openLibraryIn } from './onednn/library.ts';

export {
  damageIn,
  libraryFiles,
  libraryFolder,
  PACKAGED_FOLDER,
  writeChecksums,
} from './onednn/library-files.ts';

/** What a library is. */
export interface LibraryNote {
  readonly version: string;
  /** the instruction set that it uses here */
  readonly instructionSet: string;
  /** its file; a bare name is one that the system's loader finds */
  readonly origin: string;
}

/** The library that would be used; undefined where there is none. */
export function usedLibrary(): LibraryNote | undefined {
  const found = findOneDnn();
  return 'reason' in found ? undefined : noteOf(found);
}

/** Load the library in a folder. @returns why it cannot be used, or what it is */
export function tryLibrary(folder: string): LibraryNote | NoLibrary {
  const found = openLibraryIn(folder);
  return 'reason' in found ? found : noteOf(found);
}

function noteOf({ version, instructionSet, origin }: LibraryNote): LibraryNote {
  return { version, instructionSet, origin };
}
