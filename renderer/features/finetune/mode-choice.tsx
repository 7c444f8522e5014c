/** What learns: everything, the last blocks, or a new last layer. */
import { Badge, Group, NumberInput, Radio, Stack, Text } from '@mantine/core';

const MOST_BLOCKS = 48;

export function ModeChoice(props: {
  readonly value: string;
  readonly suggested: string;
  readonly advice: string;
  /** Blocks of the network, where they are known. */
  readonly blocks: number | undefined;
  readonly onChange: (mode: string) => void;
}) {
  const { value, suggested, advice, blocks = MOST_BLOCKS, onChange } = props;
  const [kind, count = '1'] = value.split(':');
  const label = (text: string, mode: string) => (
    <Group gap="xs" component="span">
      {text}
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
        aria-label="What learns"
        value={kind ?? 'full'}
        onChange={(chosen) => onChange(chosen === 'partial' ? `partial:${count}` : chosen)}
      >
        <Stack gap="sm">
          <Radio
            value="full"
            label={label('The whole network', 'full')}
            description="Gets the most out of some hundred labels a class or more. Takes the longest."
          />
          <Radio
            value="partial"
            label={label('Its last blocks', 'partial')}
            description="Keeps most of what pre-training found: steadier with few labels, and quicker."
          />
          {kind === 'partial' ? (
            <NumberInput
              label="Blocks that learn"
              description={`Of the ${blocks} there are, from the end.`}
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
            label={label('Only a new last layer (linear probe)', 'linear')}
            description="The network stays as it is: a quick and fair measure of how good its features are."
          />
        </Stack>
      </Radio.Group>
    </Stack>
  );
}
