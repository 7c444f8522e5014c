/** JPEG 2000 files by their first bytes. @source ITU-T T.800, annexes A and I */

const SIGNATURE = [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a];
const CODESTREAM = [0xff, 0x4f, 0xff, 0x51];

export function isJp2(head: Uint8Array): boolean {
  return begins(head, SIGNATURE) || isJp2Codestream(head);
}

/** Whether there are no boxes around the codestream. */
export function isJp2Codestream(head: Uint8Array): boolean {
  return begins(head, CODESTREAM);
}

function begins(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
