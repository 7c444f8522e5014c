/** Measure messages of the page up to a limit. */

/** Bytes of each value besides its content. */
const VALUE_BYTES = 8;

/**
 * Whether a value that was cloned into this process is larger than `mostBytes`.
 *
 * Text counts one byte per character. A cyclic value is counted without end and so is always larger.
 */
export function isLarger(value: unknown, mostBytes: number): boolean {
  const waiting: unknown[] = [value];
  let bytes = 0;
  while (waiting.length > 0) {
    const next = waiting.pop();
    bytes += VALUE_BYTES + contentBytes(next);
    // The check comes before members are listed, since the length of an array may already exceed it.
    if (bytes > mostBytes) return true;
    for (const member of membersOf(next)) waiting.push(member);
  }
  return false;
}

function contentBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'bigint') return value.toString(16).length;
  if (value instanceof ArrayBuffer) return value.byteLength;
  // A small view transfers its whole buffer.
  if (ArrayBuffer.isView(value)) return value.buffer.byteLength;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  return 0;
}

function membersOf(value: unknown): Iterable<unknown> {
  if (value === null || typeof value !== 'object') return [];
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return [];
  if (value instanceof Map) return value.entries();
  if (value instanceof Set) return value;
  // Keys count as text.
  return Array.isArray(value) ? value : Object.entries(value);
}
