/** How far a scan is. */
import { Progress, Stack, Text } from '@mantine/core';
import type { Dataset } from '../../../../engine/contract/studio/index.ts';
import { countOf, countText } from '../../../ui/format.ts';

export function ScanProgressBar({ progress }: { readonly progress: Dataset['progress'] }) {
  const share = progress === undefined ? 0 : (progress.done / Math.max(1, progress.total)) * 100;
  return (
    <Stack gap={4}>
      <Text size="sm">
        {progress === undefined
          ? 'Looking for images…'
          : `Scanning: ${countText(progress.done)} of ${countOf(progress.total, 'file')}`}
      </Text>
      <Progress value={share} aria-label="Scan" />
    </Stack>
  );
}
