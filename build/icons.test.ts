import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ICNS_TAGS, ICO_SIDES, PNG_SIDES } from './icons.ts';

const icons = path.join(import.meta.dirname, '..', 'assets', 'icons');

describe('the icons', () => {
  it('are PNG files of every size', async () => {
    const { default: sharp } = await import('sharp');
    for (const side of PNG_SIDES) {
      const { format, width, height, hasAlpha } = await sharp(
        path.join(icons, 'png', `${side}x${side}.png`),
      ).metadata();
      expect({ format, width, height, hasAlpha }).toEqual({
        format: 'png',
        width: side,
        height: side,
        hasAlpha: true,
      });
    }
  });

  it('lie in the container of Windows', async () => {
    const ico = await readFile(path.join(icons, 'icon.ico'));
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([0, 1, 7]);
    for (const [index, side] of ICO_SIDES.entries()) {
      const at = 6 + 16 * index;
      const [length, offset] = [ico.readUInt32LE(at + 8), ico.readUInt32LE(at + 12)];
      const png = await readFile(path.join(icons, 'png', `${side}x${side}.png`));
      expect(ico[at]).toBe(side % 256);
      expect(ico.subarray(offset, offset + length).equals(png)).toBe(true);
    }
  });

  it('lie in the container of macOS', async () => {
    const icns = await readFile(path.join(icons, 'icon.icns'));
    expect(icns.toString('latin1', 0, 4)).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    let at = 8;
    for (const [tag, side] of ICNS_TAGS) {
      expect(icns.toString('latin1', at, at + 4)).toBe(tag);
      expect(icns.readUInt32BE(at + 8 + 16)).toBe(side);
      at += icns.readUInt32BE(at + 4);
    }
    expect(at).toBe(icns.length);
  });
});
