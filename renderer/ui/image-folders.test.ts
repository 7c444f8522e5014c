import { expect, it } from 'vitest';
import type { Dataset } from '../../engine/contract/studio/index.ts';
import { forPretraining } from './image-folders.ts';

const set = (kind: Dataset['kind'], imageFolders: string[] = []) =>
  ({
    id: kind,
    kind,
    folders: [`/${kind}`],
    report: { dense: { format: 'masks', of: 'pixels', imageFolders } },
  }) as unknown as Dataset;

it('takes images without their masks', () => {
  const found = forPretraining([set('images'), set('dense', ['/dense/images'])]);
  expect(found.map(({ folders }) => folders)).toEqual([['/images'], ['/dense/images']]);
});

it('leaves out sets whose masks lie among the images', () => {
  expect(forPretraining([set('dense')])).toEqual([]);
});

it('takes the folders without the masks that a scan has left out', () => {
  const scanned = {
    kind: 'images',
    folders: ['/all'],
    report: { imageFolders: ['/all/images'] },
  } as unknown as Dataset;
  expect(forPretraining([scanned])[0]!.folders).toEqual(['/all/images']);
});
