/** How large a message from the page is, counted no further than it matters. */

/** Beside its content, what each value takes. */
const VALUE_BYTES = 8;

/**
 * Whether a value that was cloned into this process is larger than that.
 *
 * Text counts a byte a character. One that holds itself counts without end, and so is larger.
 */
export function isLarger(value: unknown, mostBytes: number): boolean {
  const waiting: unknown[] = [value];
  let bytes = 0;
  while (waiting.length > 0) {
    const next = waiting.pop();
    bytes += VALUE_BYTES + contentBytes(next);
    // Before its members are listed: the length of an array says enough.
    if (bytes > mostBytes) return true;
    for (const member of membersOf(next)) waiting.push(member);
  }
  return false;
}

function contentBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'bigint') return value.toString(16).length;
  if (value instanceof ArrayBuffer) return value.byteLength;
  // A view of a few bytes brings its whole buffer along.
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
  // Keys count as text does.
  return Array.isArray(value) ? value : Object.entries(value);
}
