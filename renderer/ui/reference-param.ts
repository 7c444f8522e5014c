/** The reference of a network or run as a part of an address, where it may be a whole path. */

export function referenceAddress(page: string, reference: string): string {
  return `/${page}/${encodeURIComponent(reference)}`;
}

/**
 * What the router gives back of it. It has undone `%25` already but not `%2F`, so a percent sign may
 * be one of the name.
 */
export function readReference(param: string): string {
  return param.replaceAll(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}
