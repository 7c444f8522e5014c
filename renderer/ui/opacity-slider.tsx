/** A slider for the opacity of what lies over pictures, in percent. */
import { Slider, Stack, Text } from '@mantine/core';

/** At first, percent. */
export const OPACITY = 60;

/** @param props.value percent */
export function OpacitySlider(props: {
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <Stack gap={4} w={240}>
      <Text size="sm" id="opacity">
        Opacity of the overlay
      </Text>
      <Slider
        aria-labelledby="opacity"
        thumbProps={{ 'aria-labelledby': 'opacity' }}
        {...props}
        label={(value) => `${value} %`}
      />
    </Stack>
  );
}
