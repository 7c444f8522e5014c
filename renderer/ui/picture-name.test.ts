import { expect, it } from 'vitest';
import { pictureName } from './picture-name.ts';

it('names parts of files by their place', () => {
  const names = {
    '/a/cat.jpg': 'cat.jpg',
    '/a/slide.tif#tile=0,512,1024,256': 'tile 512,1024 of slide.tif',
    'C:\\a\\slide.tif#tile=2,0,64,256': 'tile 0,64 of slide.tif, copy 2',
    '/a/scan.nii.gz#slice=3': 'slice 3 of scan.nii.gz',
    '/a/cells.tif#channels=CZ#page=1': 'page 1 of cells.tif',
    '/a/cells.tif#channels=CZT': 'cells.tif',
    '/a/odd#tile=name.png': 'odd#tile=name.png',
  };
  expect(Object.keys(names).map(pictureName)).toEqual(Object.values(names));
});
