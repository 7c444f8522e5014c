/** Compile unless `out/` is up to date. */
export function compile(force?: boolean): boolean;
/** The paths of all sources, a line each, and the newest of their modification times, ms. */
export function findSources(from: string): { readonly list: string; readonly latest: number };
