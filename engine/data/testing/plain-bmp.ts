/** A picture of 8 x 8 pixels whose file is the same on every machine. @param value tells pictures apart */
export function plainBmp(value: number): Buffer {
  const side = 8;
  const file = Buffer.alloc(54 + 3 * side * side);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(side, 18);
  file.writeInt32LE(side, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let i = 54; i < file.length; i++) file[i] = (value * 7 + i * i) % 256;
  return file;
}
