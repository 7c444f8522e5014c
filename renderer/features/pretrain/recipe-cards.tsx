/** The presets with their descriptions and expected durations, and the user's own. */

import { Badge, Group, Radio, SimpleGrid, Text } from '@mantine/core';
import type { Preset } from '../../../engine/contract/studio/index.ts';
import { ChoiceCard } from '../../ui/choice-card.tsx';
import { FieldLabel } from '../../ui/field-label.tsx';
import { countOf } from '../../ui/format.ts';
import { changesText, type PresetChoice } from '../../ui/presets/preset-choice.ts';

export function RecipeCards(props: {
  readonly presets: readonly Preset[];
  readonly own: readonly PresetChoice[];
  readonly chosen: string;
  readonly suggested: string | undefined;
  readonly onChange: (name: string) => void;
}) {
  const { presets, own, chosen, suggested, onChange } = props;
  return (
    <Radio.Group value={chosen} onChange={onChange} label={<FieldLabel label="Recipe" />}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 5 }} mt="xs">
        {presets.map((preset) => (
          <ChoiceCard key={preset.name} value={preset.name}>
            <Group gap="xs">
              <Text fw={600}>{preset.title}</Text>
              {preset.name === suggested ? <Badge size="sm">suggested</Badge> : null}
            </Group>
            <Text size="sm">{preset.summary}</Text>
            <Text size="sm" c="dimmed" mt={4}>
              {preset.hardware}
            </Text>
            {preset.expected.map(({ hardware, images, hours }) => (
              <Text key={hardware} size="sm" c="dimmed">
                {expectationText({ hardware, images, hours })}
              </Text>
            ))}
          </ChoiceCard>
        ))}
        {own.map((preset) => (
          <ChoiceCard key={preset.name} value={preset.name}>
            <Group gap="xs">
              <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                {preset.name}
              </Text>
              <Badge size="sm" color="blue">
                own
              </Badge>
            </Group>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {changesText(preset)}
            </Text>
          </ChoiceCard>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}

/** For example `About 12 hours for 20,000 images on four CPU cores.` */
export function expectationText(expected: Preset['expected'][number]): string {
  const { hours, images, hardware } = expected;
  const time =
    hours < 1
      ? `${Math.round(hours * 60)} minutes`
      : hours < 48
        ? countOf(hours, 'hour')
        : `${Math.round(hours / 24)} days`;
  return `About ${time} for ${images.toLocaleString('en')} images on ${hardware}.`;
}
