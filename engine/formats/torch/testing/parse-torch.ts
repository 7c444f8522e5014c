/** PyTorch files in memory. */
import { type ByteSource, checkInside } from '../byte-source.ts';
import { readSource, type TorchFile, type TorchReadOptions } from '../torch-file.ts';

export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async readInto(target, position) {
      checkInside(position, target.length, bytes.length);
      target.set(bytes.subarray(position, position + target.length));
    },
  };
}

export function parseTorch(
  bytes: Uint8Array,
  label = 'The input',
  options: TorchReadOptions = {},
): Promise<TorchFile> {
  return readSource(memorySource(bytes), label, options);
}
