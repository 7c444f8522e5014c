/** Pictures of two classes whose tags are full of made-up names of patients and places. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { tarOf } from '../../data/sources/containers/testing/write-tar.ts';
import { PRIVATE_WORDS } from '../../images/testing/private-words.ts';
import { writePlainTiff } from '../../images/tiff/plain-tiff.ts';
import { TAG } from '../../images/tiff/tags.ts';

const FIXTURES = path.join(import.meta.dirname, '..', '..', 'images');
/** Which hold the words already. */
const STORED = [
  'dicom/fixtures/explicit-little-u16.dcm',
  'dicom/fixtures/frames-u12.dcm',
  'dicom/fixtures/jpeg-lossless-u16.dcm',
  'nifti/fixtures/s16.nii',
];
const AFTER_HEADER = 33;
const DEFLATE = 8;
const [WIDTH, HEIGHT] = [24, 20];
const ALL = PRIVATE_WORDS.join(' ');
const [ARTIST, HOST, COPYRIGHT] = [315, 316, 33432];

/** Waves whose length tells the classes apart. */
function waves(picture: number, most: number): number[] {
  return Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const wave = Math.sin((i % WIDTH) / (picture % 2 === 0 ? 2 : 6) + Math.floor(i / WIDTH) / 9);
    return Math.round((most * (wave + 1)) / 2);
  });
}

function plain(picture: number): Sharp {
  const grey = Uint8Array.from(waves(picture, 255));
  return sharp(grey, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).toColourspace('srgb');
}

function tagged(picture: number): Sharp {
  const [name, place, number] = [PRIVATE_WORDS[0], PRIVATE_WORDS[6], PRIVATE_WORDS[11]];
  return plain(picture)
    .withExif({
      IFD0: { ImageDescription: ALL, Artist: name, Copyright: place, HostComputer: number },
      IFD2: { UserComment: ALL, ImageUniqueID: PRIVATE_WORDS[13] },
      IFD3: { GPSMapDatum: place, GPSSatellites: number, GPSLatitude: '51/1 30/1 3230/100' },
    })
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:p="p:" p:Patient="${ALL}"/></rdf:RDF></x:xmpmeta>`,
    );
}

async function withText(picture: number): Promise<Buffer> {
  const png = await plain(picture).png().toBuffer();
  const text = Buffer.from(`tEXtComment\0${ALL}`, 'latin1');
  const [length, checksum] = [text.length - 4, crc32(text)].map((value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  }) as [Buffer, Buffer];
  return Buffer.concat([
    png.subarray(0, AFTER_HEADER),
    length,
    text,
    checksum,
    png.subarray(AFTER_HEADER),
  ]);
}

function deepTiff(picture: number, compression = 1): Buffer {
  const words = Buffer.from(`${ALL}\0`);
  const values = Uint16Array.from(waves(picture, 60_000));
  return Buffer.from(
    writePlainTiff(new Uint8Array(values.buffer), [
      [TAG.width, [WIDTH]],
      [TAG.height, [HEIGHT]],
      [TAG.bits, [16]],
      [TAG.compression, [compression]],
      [TAG.photometric, [1]],
      [TAG.samples, [1]],
      [TAG.description, words],
      [ARTIST, words],
      [HOST, words],
      [COPYRIGHT, words],
    ]),
  );
}

/** Images of each format in two folders, one in a tar file, and damaged ones; all can be read but those. */
export async function writePrivatePictures(root: string): Promise<void> {
  for (const [picture, name] of ['even', 'odd'].entries()) {
    const folder = path.join(root, name);
    await mkdir(folder, { recursive: true });
    for (const file of STORED)
      await cp(path.join(FIXTURES, file), path.join(folder, path.basename(file)));
    const jpeg = await tagged(picture).jpeg().toBuffer();
    const files: Record<string, Buffer> = {
      'photo.jpg': jpeg,
      'photo.webp': await tagged(picture).webp().toBuffer(),
      'photo.avif': await tagged(picture).avif({ effort: 0 }).toBuffer(),
      'eight.tif': await tagged(picture).tiff().toBuffer(),
      'text.png': await withText(picture),
      'deep.tif': deepTiff(picture),
      'in.tar': tarOf([{ name: 'photo-2.jpg', content: jpeg }]),
      'cut.jpg': jpeg.subarray(0, -30),
      'damaged.tif': deepTiff(picture, DEFLATE),
      'cut.dcm': (await readFile(path.join(FIXTURES, STORED[0]!))).subarray(0, -100),
    };
    for (const [file, content] of Object.entries(files))
      await writeFile(path.join(folder, file), content);
  }
}
