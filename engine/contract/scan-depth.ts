/** How much of the images a scan reads before a training begins. */

/**
 * `quick`: names and sizes, and everything else while training. `full`: everything first. `auto`:
 * quick where many images are new.
 */
export const SCAN_DEPTHS = ['auto', 'quick', 'full'] as const;
export type ScanDepth = (typeof SCAN_DEPTHS)[number];

/** New images from which `auto` is quick; fewer are examined within a minute. */
export const MANY_NEW = 20_000;

/** Before fingerprints of quick scans, which are of names and sizes. */
export const QUICK_FINGERPRINT = 'sizes-';

export function isQuick({ fingerprint }: { readonly fingerprint: string }): boolean {
  return fingerprint.startsWith(QUICK_FINGERPRINT);
}
