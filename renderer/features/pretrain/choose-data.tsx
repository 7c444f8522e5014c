/** The choice of the training data. */
import { Box, Checkbox, Group, Stack, Text } from '@mantine/core';
import { DENSE_FORMAT_TITLES } from '../../../engine/contract/dense-labels.ts';
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { DatasetPictures } from '../../ui/dataset-pictures.tsx';
import { FieldLabel } from '../../ui/field-label.tsx';
import { countOf } from '../../ui/format.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { denseFormatOf } from '../../ui/set-at.ts';
import { countDistinctImages } from './distinct-images.ts';

export function ChooseData(props: {
  readonly datasets: readonly Dataset[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  const { datasets, chosen, onChange } = props;
  const total = countDistinctImages(datasets.filter(({ id }) => chosen.includes(id)));
  return (
    <Stack gap="xs">
      <Checkbox.Group
        value={[...chosen]}
        onChange={onChange}
        label={<FieldLabel label={termOf('trainingSet')} />}
        description="Labels are not used. Leave your validation images out."
      >
        <Stack gap="xs" mt="xs">
          {datasets.map((dataset) => {
            const { id, name, report, state, folders } = dataset;
            const format = denseFormatOf(dataset);
            return (
              <Group key={id} justify="space-between" gap="xs" align="flex-start">
                <Checkbox
                  value={id}
                  label={name}
                  description={`${stateText(state, report)}${format === undefined ? '' : `, ${DENSE_FORMAT_TITLES[format]}`}: ${folders.join(', ')}`}
                  flex="1 1 16rem"
                />
                <Box w={180}>
                  <DatasetPictures key={report?.scannedAt} dataset={dataset} count={4} />
                </Box>
              </Group>
            );
          })}
        </Stack>
      </Checkbox.Group>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {countOf(total, 'image')} chosen
        </Text>
        <LinkButton href="/datasets" size="xs">
          Add others…
        </LinkButton>
      </Group>
    </Stack>
  );
}

function stateText(state: Dataset['state'], report: Dataset['report']): string {
  if (report !== undefined)
    return `${countOf(report.images, 'image')}${report.depth === undefined ? '' : ' (quick scan)'}`;
  if (state === 'scanning') return 'Still being scanned';
  return state === 'failed' ? 'Cannot be read, its page says why' : 'Not scanned';
}
