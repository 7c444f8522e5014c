/** Encode the reference of a network or run, which may be a path, as a URL parameter. */

export function referenceAddress(page: string, reference: string): string {
  return `/${page}/${encodeURIComponent(reference)}`;
}

/**
 * Decode a parameter from the router, which has decoded `%25` but not `%2F`, so a percent sign may
 * belong to the name.
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
