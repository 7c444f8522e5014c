/** Texts of numbers, as pages and commands show them. */

/** `1.5 GB`, decimal units: pages and commands show every size so. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  // Of memory, a tenth of a gigabyte matters where it barely suffices.
  const digits = value < (unit >= 3 ? 100 : 10) ? 1 : 0;
  return `${unit === 0 ? value : value.toFixed(digits)} ${units[unit]}`;
}

/** `12,345`. */
export function countText(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1 point`, `12,345 points`. @param many its plural, by default with an s */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${countText(value)} ${Math.round(value) === 1 ? one : many}`;
}

/** `61.0 %`, of a share from 0 to 1. */
export function percentText(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** The speed relative to another device, from the times of one step. */
export function timesAsFast(stepMs: number, otherMs: number): string {
  const ratio = otherMs / stepMs;
  return ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toString();
}
