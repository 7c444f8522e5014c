/** Finding MPI's library, telling which one it is, and loading it for good. */
import { StudioError } from '../../contract/errors.ts';
import { type LibraryHandle, loadKoffi } from '../../platform/native-library.ts';
import type { MpiFamily } from '../launched.ts';

/** File names of the system's loader. `libmpi.so.12` is any library of MPICH's binary interface. */
const FILES: Readonly<Record<MpiFamily, readonly string[]>> =
  process.platform === 'darwin'
    ? { 'open-mpi': ['libmpi.40.dylib'], mpich: ['libmpi.12.dylib'] }
    : { 'open-mpi': ['libmpi.so.40'], mpich: ['libmpich.so.12', 'libmpi.so.12'] };

/** Room for what `MPI_Get_library_version` writes: the larger one of MPICH's and Open MPI's limits. */
const MOST_CHARACTERS = 8192;

/** Flags of `dlopen`: now, for all libraries (Open MPI's plug-ins need it), never unloaded. */
const STAYS = process.platform === 'darwin' ? 0x2 | 0x8 | 0x80 : 0x2 | 0x100 | 0x1000;

export interface FoundLibrary {
  readonly library: LibraryHandle;
  readonly family: MpiFamily;
  /** for example `Open MPI 4.1.4` */
  readonly name: string;
}

/**
 * @param family whose launcher started the process; its files are tried first
 * @param given  file to load instead, from the variable CONMIM_MPI
 * @throws StudioError `mpi-missing`, `mpi-unsupported`
 */
export function loadMpi(family: MpiFamily | undefined, given: string | undefined): FoundLibrary {
  const others = Object.keys(FILES) as MpiFamily[];
  const order = family === undefined ? others : [family, ...others.filter((f) => f !== family)];
  const files = given === undefined ? order.flatMap((each) => FILES[each]) : [given];
  const reasons: string[] = [];
  for (const file of files) {
    try {
      return identify(load(file), file);
    } catch (error) {
      if (error instanceof StudioError) throw error;
      reasons.push(`${file}: ${(error as Error).message}`);
    }
  }
  const what = given === undefined ? 'No MPI library was found' : `${given} cannot be loaded`;
  throw new StudioError('mpi-missing', `${what}, and several ranks need one to communicate.`, {
    advice:
      'Install Open MPI or MPICH on every host (Debian and Ubuntu: apt install openmpi-bin), or name the file of the library with the variable CONMIM_MPI.',
    details: { reasons },
  });
}

/** @throws Error of the loader */
function load(file: string): LibraryHandle {
  const koffi = loadKoffi();
  const library = koffi.load(file, { global: true });
  // Threads of the library may run until the process ends, so its code must stay when this thread ends.
  const dlopen = koffi.load(null).func('void *dlopen(const char *file, int flags)');
  dlopen(file, STAYS);
  return library;
}

/** @throws StudioError `mpi-unsupported` */
function identify(library: LibraryHandle, file: string): FoundLibrary {
  const text = Buffer.alloc(MOST_CHARACTERS);
  const length = new Int32Array(1);
  const ask = library.func('int MPI_Get_library_version(void *text, void *length)');
  ask(text, length);
  const version = text.toString('latin1', 0, length[0]).replace(/\0.*$/s, '');
  const known = parseLibraryVersion(version);
  if (known !== undefined) return { library, ...known };
  const said = version.split('\n')[0]!;
  throw new StudioError('mpi-unsupported', `The MPI library ${file} is of no known kind: ${said}`, {
    advice:
      'Use Open MPI 4 or 5, or MPICH 3.1 or later, or a library with the binary interface of MPICH.',
    details: { library: said },
  });
}

/**
 * What a library calls itself.
 *
 * @returns undefined for libraries whose binary interface is not known
 */
export function parseLibraryVersion(text: string): Omit<FoundLibrary, 'library'> | undefined {
  const openMpi = /^Open MPI v(\d+)([\w.]*)/.exec(text);
  if (openMpi !== null) {
    const [, major, rest] = openMpi;
    // The exported variables have been the same from 1.3 on; 4 and 5 share the file name.
    if (Number(major) < 4) return undefined;
    return { family: 'open-mpi', name: `Open MPI ${major}${rest}` };
  }
  const mpich = /^(MPICH|MVAPICH\d?|Intel\(R\) MPI Library|CRAY MPICH)\b[^\d]*([\w.]+)/i.exec(text);
  if (mpich === null) return undefined;
  const [, name, version] = mpich;
  return { family: 'mpich', name: `${name} ${version}` };
}
