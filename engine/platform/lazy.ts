/** A function of a module that is loaded when the function is first called. */
export function lazy<M, N extends keyof M>(load: () => Promise<M>, name: N): M[N] {
  const call = async (...args: unknown[]) =>
    ((await load())[name] as (...args: unknown[]) => Promise<unknown>)(...args);
  return call as M[N];
}
