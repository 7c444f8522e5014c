/** Check that tensors read from a disk equal those written. */
import { StudioError } from '../../contract/errors.ts';
import { bytesOf, type NamedTensors } from '../../tensor/host-tensor.ts';

/**
 * @throws StudioError `export-failed` naming the first tensor that differs in type, shape or any
 *   byte
 */
export function requireSameTensors(
  written: NamedTensors,
  read: NamedTensors,
  target: string,
): void {
  for (const name of new Set([...written.keys(), ...read.keys()])) {
    const [x, y] = [written.get(name), read.get(name)];
    const same =
      x !== undefined &&
      y !== undefined &&
      x.dtype === y.dtype &&
      x.shape.join() === y.shape.join() &&
      Buffer.compare(bytesOf(x.data), bytesOf(y.data)) === 0;
    if (!same) throw exportFailed(`${name} came back from ${target} changed.`);
  }
}

export function exportFailed(message: string): StudioError {
  return new StudioError('export-failed', message, {
    advice: 'The disk may be failing; try another one.',
  });
}
