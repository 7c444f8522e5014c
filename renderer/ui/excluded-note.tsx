/** Says how many images of a folder are left out, since they are excluded from its data sets. */
import { Text } from '@mantine/core';
import { useLive } from '../state/live.ts';
import { countOf } from './format.ts';
import { setsOf } from './sets-of.ts';

export function ExcludedNote({ folder }: { readonly folder: string }) {
  const sets = useLive(({ datasets }) => datasets);
  const excluding = setsOf(sets, folder).filter(({ excluded }) => excluded !== undefined);
  if (excluding.length === 0) return null;
  const images = excluding.reduce((sum, { excluded }) => sum + excluded!.images, 0);
  const names = excluding.map(({ name }) => `“${name}”`).join(' and ');
  return (
    <Text size="sm" c="dimmed">
      {countOf(images, 'image that is', 'images that are')} excluded from {names}{' '}
      {images === 1 ? 'is' : 'are'} left out.
    </Text>
  );
}
