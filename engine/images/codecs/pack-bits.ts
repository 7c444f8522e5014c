/** Runs of equal bytes (PackBits, the RLE of DICOM). @source DICOM PS3.5, annex G */
import { damagedBy } from '../errors.ts';

/**
 * Fill `target` from the beginning of `bytes`; what follows is padding.
 *
 * @throws StudioError `image-damaged` where there is too little
 */
export function unpackBits(bytes: Uint8Array, target: Uint8Array): void {
  let [at, to] = [0, 0];
  while (to < target.length) {
    const control = bytes[at++];
    if (control === undefined) throw damagedBy('its run-length data end too early');
    if (control === 128) continue;
    const isRun = control > 128;
    const length = isRun ? 257 - control : control + 1;
    const end = Math.min(to + length, target.length);
    if (isRun) {
      if (at >= bytes.length) throw damagedBy('its run-length data end too early');
      target.fill(bytes[at++]!, to, end);
    } else {
      if (at + length > bytes.length) throw damagedBy('its run-length data end too early');
      target.set(bytes.subarray(at, at + end - to), to);
      at += length;
    }
    to = end;
  }
}
