/** Safetensors files in memory, by the functions for files on disk. */
import { randomUUID } from 'node:crypto';
import { unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { readSafetensors, type SafetensorsFile, streamSafetensors } from '../safetensors.ts';

export async function parseSafetensors(bytes: Uint8Array): Promise<SafetensorsFile> {
  const file = path.join(tmpdir(), `conmim-${randomUUID()}.safetensors`);
  writeFileSync(file, bytes);
  try {
    return await readSafetensors(file);
  } finally {
    unlinkSync(file);
  }
}

export async function encodeSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  await streamSafetensors(tensors, metadata, async (piece) => {
    pieces.push(Buffer.from(piece));
  });
  return Uint8Array.from(Buffer.concat(pieces));
}
