/**
 * What the constants of MPI are in the libraries, whose binary interfaces differ: in Open MPI they are
 * addresses of variables that it exports, in MPICH numbers.
 *
 * @source mpi.h of Open MPI 4.1 and 5.0; mpi.h of MPICH 4.0, whose numbers MPICH's ABI initiative fixes
 *   for MPICH from 3.1 on, Intel MPI and MVAPICH
 */
import type { LibraryHandle, Pointer } from '../../platform/native-library.ts';
import type { MpiFamily } from '../launched.ts';

type Handle = Pointer | number;

export interface MpiHandles {
  /** the type of handles in prototypes */
  readonly type: 'void *' | 'int';
  readonly world: Handle;
  readonly sum: Handle;
  readonly float32: Handle;
  readonly float64: Handle;
  readonly int32: Handle;
  readonly byte: Handle;
  /** error handler that returns errors instead of ending the process */
  readonly returnErrors: Handle;
  /** in place of a buffer to send from */
  readonly inPlace: Pointer;
  /** in place of a status */
  readonly noStatus: Pointer;
}

export const HANDLES: Readonly<Record<MpiFamily, (library: LibraryHandle) => MpiHandles>> = {
  'open-mpi': (library) => ({
    type: 'void *',
    world: library.symbol('ompi_mpi_comm_world'),
    sum: library.symbol('ompi_mpi_op_sum'),
    float32: library.symbol('ompi_mpi_float'),
    float64: library.symbol('ompi_mpi_double'),
    int32: library.symbol('ompi_mpi_int'),
    byte: library.symbol('ompi_mpi_byte'),
    returnErrors: library.symbol('ompi_mpi_errors_return'),
    inPlace: 1n,
    noStatus: 0n,
  }),
  mpich: () => ({
    type: 'int',
    world: 0x44000000,
    sum: 0x58000003,
    float32: 0x4c00040a,
    float64: 0x4c00080b,
    int32: 0x4c000405,
    byte: 0x4c00010d,
    returnErrors: 0x54000001,
    // (void *) -1
    inPlace: 0xffff_ffff_ffff_ffffn,
    noStatus: 1n,
  }),
};
