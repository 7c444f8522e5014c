/** The smallest score of objects that are drawn. */
import { Group, Slider, Text } from '@mantine/core';
import { percentText } from './format.ts';

export function ScoreSlider(props: {
  readonly value: number;
  readonly onChange: (threshold: number) => void;
  /** Called when a value is chosen, and not while the slider moves. */
  readonly onChangeEnd?: (threshold: number) => void;
}) {
  const { value, onChange, onChangeEnd } = props;
  return (
    <Group gap="sm">
      <Text size="sm">Smallest score {percentText(value, 0)}</Text>
      <Slider
        w={140}
        thumbLabel="Smallest score of the objects that are drawn"
        label={null}
        min={0.05}
        max={0.95}
        step={0.05}
        value={value}
        onChange={onChange}
        {...(onChangeEnd && { onChangeEnd })}
      />
    </Group>
  );
}
