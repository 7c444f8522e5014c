/** Where oneDNN's library lies, and loading it once per process. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { setsOpenMpWaiting } from '../../platform/openmp-environment.ts';
import { withoutBfloat16 } from './bfloat16-gate.ts';
import { ARG, BINARY, INSTRUCTION_SETS, POST_OP_BASES, PROP } from './constants.ts';
import { damageIn, libraryFiles, libraryFolder, packagedFolder } from './library-files.ts';
import { allocate, arrayIn } from './memory.ts';
import { isUsable, type LibraryFacts, Native } from './native.ts';
import { Primitives } from './primitives.ts';
import { gnuOpenMpWaiting, SpinControl } from './spin-control.ts';
import type { Tensor } from './tensors.ts';

export interface OneDnn {
  readonly native: Native;
  /** the number that the arguments of operations after a primitive are multiples of */
  readonly postOpBase: number;
  /** undefined where its threads are not those of GNU OpenMP, or the user has set how they wait */
  readonly spin: SpinControl | undefined;
  readonly version: string;
  /** name of the instruction set */
  readonly instructionSet: string;
  /** whether its batch norm of rows is faster than one of sums and chains */
  readonly normalisesColumns: boolean;
  /** why it does not compute in bfloat16, in words that complete a sentence; undefined where it does */
  readonly withoutBfloat16: string | undefined;
  /** `system`, or the file */
  readonly origin: string;
}

/** Why there is no library. */
export interface NoLibrary {
  readonly reason: string;
  readonly advice: string;
}

let opened: OneDnn | NoLibrary | undefined;

/** Look for the library and load it, once per process. */
export function findOneDnn(): OneDnn | NoLibrary {
  opened ??= load();
  return opened;
}

/** @throws StudioError `device-unavailable` */
export function openOneDnn(device: string): OneDnn {
  const found = findOneDnn();
  if (!('reason' in found)) return found;
  throw new StudioError(
    'device-unavailable',
    `The device ${device} cannot be used: ${found.reason}`,
    { advice: found.advice, details: { device } },
  );
}

/**
 * The first folder that has a library decides, usable or not, since it lies there on purpose: that which
 * the variable CONMIM_ONEDNN names, that of `conmim setup onednn`, that of the installation. Without any,
 * it is what the system's loader finds.
 */
function load(): OneDnn | NoLibrary {
  const { library } = libraryFiles();
  const folders = [process.env['CONMIM_ONEDNN'], libraryFolder(), packagedFolder()];
  const folder = folders.find((one) => one !== undefined && existsSync(path.join(one, library)));
  if (folder !== undefined) return openLibraryIn(folder);
  return openFromSystem(library) ?? NOT_INSTALLED;
}

const NOT_INSTALLED: NoLibrary = {
  reason: 'The library oneDNN 3 is not installed.',
  advice: 'Nothing is needed: the CPU computes without it. To compute with it: conmim setup onednn',
};

/** @returns undefined where the system has none */
function openFromSystem(library: string): OneDnn | NoLibrary | undefined {
  try {
    return open(library, [libraryFiles().openMp]);
  } catch {
    return undefined;
  }
}

export function openLibraryIn(folder: string): OneDnn | NoLibrary {
  const { library, openMp } = libraryFiles();
  const file = path.join(folder, library);
  const damage = existsSync(file) ? damageIn(folder) : undefined;
  if (damage !== undefined)
    return { reason: `${damage}.`, advice: 'Set it up again with: conmim setup onednn' };
  try {
    return open(file, [openMp, path.join(folder, openMp)]);
  } catch (error) {
    return {
      reason: `${file} cannot be loaded: ${(error as Error).message}.`,
      advice: 'Set it up again with: conmim setup onednn',
    };
  }
}

/** @throws Error of the loader */
function open(file: string, openMp: readonly string[]): OneDnn | NoLibrary {
  const native = new Native(file, openMp);
  const { facts } = native;
  const version = facts.version.join('.');
  if (!isUsable(facts))
    return {
      reason: `The library ${file} is oneDNN ${version}, and version 3 with OpenMP is needed.`,
      advice: 'Set that up with: conmim setup onednn',
    };
  const postOpBase = probePostOps(native);
  if (postOpBase === undefined)
    return {
      reason: `oneDNN ${version} (${file}) computes wrong.`,
      advice: 'Set another version up with: conmim setup onednn',
    };
  const instructionSet = instructionSetOf(facts);
  const without = withoutBfloat16(native, postOpBase, instructionSet);
  return {
    native,
    postOpBase,
    spin: spinControlOf(native),
    version,
    instructionSet,
    normalisesColumns: normalisesColumns(native, postOpBase),
    withoutBfloat16: without,
    origin: file,
  };
}

/**
 * Its batch norm with AVX-512 takes a third of the time of sums and chains. With AVX2 that depends on the CPU:
 * half on Intel, and ten times as much on AMD.
 */
function normalisesColumns(native: Native, postOpBase: number): boolean {
  const primitives = new Primitives(native, postOpBase);
  const desc = primitives.desc({ dtype: 'f32', shape: [64, 64], strides: [64, 1] });
  const norm = primitives.find('batchNorm', [PROP.training, desc, desc, 1, 0]);
  primitives.dispose();
  return norm?.implementation.startsWith('bnorm_jit:avx512') === true;
}

function spinControlOf({ openMp }: Native): SpinControl | undefined {
  const isGnu = openMp !== undefined && path.basename(openMp).startsWith('libgomp.');
  if (!isGnu || setsOpenMpWaiting(process.env)) return undefined;
  return new SpinControl(gnuOpenMpWaiting(openMp));
}

export function instructionSetOf(
  { instructionSet }: Pick<LibraryFacts, 'instructionSet'>,
  architecture: string = process.arch,
): string {
  const sets = INSTRUCTION_SETS[architecture] ?? [];
  const known = sets.find(([bits]) => (instructionSet & bits) === bits);
  return known?.[1] ?? 'the instructions of this CPU';
}

/** Compute 2 · 3 + 4: tells how operations after a primitive get their operands. */
function probePostOps(native: Native): number | undefined {
  const scalar = (value: number): Tensor => {
    const piece = allocate(native, 4);
    const array = arrayIn(piece, 'f32', 1);
    array[0] = value;
    return { dtype: 'f32', shape: [1], strides: [1], array, offset: 0, address: piece.address };
  };
  const [a, b, c, y] = [2, 3, 4, 0].map(scalar) as [Tensor, Tensor, Tensor, Tensor];
  return POST_OP_BASES.find((base) => {
    const primitives = new Primitives(native, base);
    const desc = primitives.desc(a);
    const postOps = [{ kind: 'binary', op: BINARY.add, operand: c }] as const;
    const made = primitives.find('binary', [BINARY.mul, desc, desc, desc], postOps);
    if (made === undefined) return false;
    const args = primitives.args(
      [
        [ARG.src, a],
        [ARG.src1, b],
        [ARG.dst, y],
      ],
      postOps,
    );
    const status = native.execute(made.pointer, args);
    primitives.dispose();
    return status === 0 && y.array[0] === 10;
  });
}
