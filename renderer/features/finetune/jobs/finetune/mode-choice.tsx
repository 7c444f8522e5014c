/** The training mode: full or partial fine-tuning, or a linear probe. */

import { Badge, Group, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { termOf } from '../../../../../engine/contract/terms.ts';
import { FieldLabel } from '../../../../ui/field-label.tsx';
import { countOf } from '../../../../ui/format.ts';

const MOST_BLOCKS = 48;

export function ModeChoice(props: {
  readonly value: string;
  readonly suggested: string;
  readonly advice: string;
  /** Number of blocks of the network, where it is known. */
  readonly blocks: number | undefined;
  readonly onChange: (mode: string) => void;
}) {
  const { value, suggested, advice, blocks = MOST_BLOCKS, onChange } = props;
  const [kind, count = '1'] = value.split(':');
  const label = (text: string, mode: string) => (
    <Group gap="xs" component="span">
      <FieldLabel label={text} />
      {suggested.startsWith(mode) ? (
        <Badge size="sm" variant="outline" tt="none" component="span">
          suggested
        </Badge>
      ) : null}
    </Group>
  );
  return (
    <Stack gap="sm">
      <Text maw={720}>{advice}</Text>
      <Radio.Group
        aria-label="Training mode"
        value={kind ?? 'full'}
        onChange={(chosen) => onChange(chosen === 'partial' ? `partial:${count}` : chosen)}
      >
        <Stack gap="sm">
          <Radio
            value="full"
            label={label(termOf('fullFinetuning'), 'full')}
            description="Trains the whole network: best with a hundred labels a class or more."
          />
          <Radio
            value="partial"
            label={label(termOf('partialFinetuning'), 'partial')}
            description="Trains the last blocks and the head: faster, and more stable with few labels."
          />
          {kind === 'partial' ? (
            <NumberInput
              label="Trained blocks"
              description={`Of ${countOf(blocks, 'block')}, counted from the end.`}
              min={1}
              max={blocks}
              value={Number(count)}
              onChange={(given) =>
                onChange(`partial:${Math.min(blocks, Math.max(1, Math.round(Number(given)) || 1))}`)
              }
              maw={240}
              ml={32}
            />
          ) : null}
          <Radio
            value="linear"
            label={label(termOf('linearProbe'), 'linear')}
            description="Trains a new last layer on frozen features: a fast measure of the quality of the features."
          />
        </Stack>
      </Radio.Group>
    </Stack>
  );
}
