/**
 * Settings of the C library's memory allocator for processes that compute. It reads them when a process
 * starts, so they are given to child processes.
 *
 * A training step takes and returns hundreds of megabytes, since the binding of ONNX Runtime copies
 * every output of a run into new memory. With large pages the kernel maps them in 500 times fewer
 * faults (`hugetlb=1`: where it offers them on request, glibc 2.35 and later). Other systems and
 * libraries ignore the variable.
 */
export function allocatorEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const name = 'GLIBC_TUNABLES';
  const setting = 'glibc.malloc.hugetlb';
  const own = env[name];
  if (process.platform !== 'linux' || own?.includes(setting)) return {};
  return { [name]: [...(own ? [own] : []), `${setting}=1`].join(':') };
}
