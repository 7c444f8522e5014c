/** The choice of the training data. */
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countText } from '../../ui/format.ts';

export function ChooseData(props: {
  readonly datasets: readonly Dataset[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  const { datasets, chosen, onChange } = props;
  const total = datasets
    .filter(({ id }) => chosen.includes(id))
    .reduce((sum, { report }) => sum + (report?.images ?? 0), 0);
  return (
    <Stack gap="xs">
      <Checkbox.Group
        value={[...chosen]}
        onChange={onChange}
        label={termOf('trainingSet')}
        description="Labels are not used. Leave your validation images out."
      >
        <Stack gap="xs" mt="xs">
          {datasets.map(({ id, name, report, state, folders }) => (
            <Checkbox
              key={id}
              value={id}
              label={name}
              description={`${stateText(state, report?.images)}: ${folders.join(', ')}`}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {countText(total)} images chosen
        </Text>
        <Button component={Link} href="/datasets" variant="default" size="xs">
          Add others…
        </Button>
      </Group>
    </Stack>
  );
}

function stateText(state: Dataset['state'], images: number | undefined): string {
  if (images !== undefined) return `${countText(images)} images`;
  if (state === 'scanning') return 'Still being scanned';
  return state === 'failed' ? 'Cannot be read, its page says why' : 'Not scanned';
}
