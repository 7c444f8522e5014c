/** Images without a prediction, with the reason. */
import { Alert, List, Text } from '@mantine/core';
import type { PredictionPage } from '../../../../engine/contract/studio/index.ts';
import { countOf, countText } from '../../../ui/format.ts';
import { PathText } from '../../../ui/path-text.tsx';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';

export function LeftOutImages({ count, files }: PredictionPage['leftOut']) {
  if (count === 0) return null;
  return (
    <Alert
      color="yellow"
      title={`${countOf(count, 'image')} could not be decoded and ${count === 1 ? 'was' : 'were'} left out`}
    >
      <ScrollRegion label="Images that were left out" height={160}>
        <List size="sm" listStyleType="none">
          {files.map(({ path, reason }) => (
            <List.Item key={path}>
              <PathText path={path} /> <Text size="sm">{reason}</Text>
            </List.Item>
          ))}
        </List>
      </ScrollRegion>
      {count > files.length ? (
        <Text size="sm">and {countText(count - files.length)} more</Text>
      ) : null}
    </Alert>
  );
}
