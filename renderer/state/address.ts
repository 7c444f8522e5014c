/**
 * The address within the page, such as `#/runs?sort=loss`: a path for the router, and a query with the
 * state of a view, so that a view can be kept, sent and returned to.
 */
import { useMemo, useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  globalThis.addEventListener('hashchange', listener);
  return () => globalThis.removeEventListener('hashchange', listener);
}

/** Path and query of the fragment of a URL. */
export function splitAddress(hash: string): { readonly path: string; readonly query: string } {
  const [path, ...rest] = hash.replace(/^#?\/?/, '').split('?');
  return { path: `/${path}`, query: rest.join('?') };
}

const current = () => splitAddress(globalThis.location.hash);

function navigate(
  to: string,
  { replace = false, state = null }: { readonly replace?: boolean; readonly state?: unknown } = {},
): void {
  const { path, query } = splitAddress(to);
  const address = `#${path}${query === '' ? '' : `?${query}`}`;
  globalThis.history[replace ? 'replaceState' : 'pushState'](state, '', address);
  globalThis.dispatchEvent(new Event('hashchange'));
}

/** The location hook of the router, which sees the path alone. */
export const useAddressPath = Object.assign(
  (): [string, typeof navigate] => [
    useSyncExternalStore(subscribe, () => current().path),
    navigate,
  ],
  { hrefs: (href: string) => `#${href}` },
);

export function useAddressQuery(): URLSearchParams {
  const query = useSyncExternalStore(subscribe, () => current().query);
  return useMemo(() => new URLSearchParams(query), [query]);
}

/** Change parts of the query, without a step in the history; undefined and empty texts remove a part. */
export function changeQuery(change: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = current();
  const changed = new URLSearchParams(query);
  for (const [key, value = ''] of Object.entries(change))
    if (value === '') changed.delete(key);
    else changed.set(key, value);
  navigate(`${path}?${changed}`, { replace: true });
}
