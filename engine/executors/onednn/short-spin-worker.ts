/**
 * A thread with more threads of GNU OpenMP than there are CPUs, all of which sleep. As long as it runs, no
 * thread of the library in this process spins for more than a moment. It ends when it is terminated.
 *
 * @source libgomp of GCC, `config/linux/wait.h` and `team.c`: the number of threads is that of the teams
 * that the threads of the process have begun last, and falls when such a thread ends
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadKoffi } from '../../platform/native-library.ts';

const library = loadKoffi().load(workerData as string);
const cpus = library.func('int omp_get_num_procs()')() as number;
const begin = library.func(
  'void GOMP_parallel(void *run, void *data, unsigned int threads, unsigned int flags)',
);
// Each thread runs a function that does nothing.
begin(library.symbol('omp_get_num_threads'), null, cpus + 1, 0);
// The listener keeps the thread.
parentPort!.on('message', () => undefined);
