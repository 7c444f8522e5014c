/** Which networks are set side by side, on which images. */
import { Button, Checkbox, Group, NumberInput, SimpleGrid, Stack } from '@mantine/core';
import { MOST_MAPPED_IMAGES } from '../../../../engine/contract/studio/index.ts';
import { countText } from '../../../ui/format.ts';
import { ModelSelect } from '../../../ui/model-select.tsx';
import { PathField } from '../../../ui/path-field.tsx';
import { PICTURE_EXTENSIONS } from '../../../ui/picture-file.ts';
import { Section } from '../../../ui/section.tsx';
import { type AttentionDraft, COUNT } from './attention-request.ts';

const IMAGES = {
  title: 'Images',
  extensions: [...PICTURE_EXTENSIONS, 'csv', 'txt'],
} as const;
/** Of longer lists of checkpoints evenly spaced ones are offered. */
const MOST_CHECKPOINTS = 16;

export function AttentionForm(props: {
  readonly draft: AttentionDraft;
  readonly onChange: (draft: AttentionDraft) => void;
  /** Steps of the checkpoints of a run, ascending. */
  readonly steps: readonly number[];
  /** Whether it is known which images it was trained on. */
  readonly hasImages: boolean;
  readonly canShow: boolean;
  readonly computing: boolean;
  readonly onShow: () => void;
}) {
  const { draft, onChange, steps, hasImages, canShow, computing, onShow } = props;
  return (
    <Section title="What is compared">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (canShow) onShow();
        }}
      >
        <Stack>
          {steps.length < 2 ? null : (
            <Checkbox.Group
              label="Checkpoints"
              description="Several show how attention changed over training. Without one, the newest or the best is taken."
              value={draft.checkpoints.map(String)}
              onChange={(chosen) => onChange({ ...draft, checkpoints: chosen.map(Number) })}
            >
              <Group gap="md" mt="xs">
                {spread(steps).map((step) => (
                  <Checkbox key={step} value={String(step)} label={`Step ${countText(step)}`} />
                ))}
              </Group>
            </Checkbox.Group>
          )}
          <Checkbox
            label="The same network untrained"
            description="As it was before training, from the same seed."
            checked={draft.untrained}
            onChange={(event) => onChange({ ...draft, untrained: event.currentTarget.checked })}
          />
          <SimpleGrid cols={{ base: 1, md: 3 }} style={{ alignItems: 'end' }}>
            <ModelSelect
              label="Another network"
              value={draft.other === '' ? NONE : draft.other}
              onChange={(other) => onChange({ ...draft, other: other === NONE ? '' : other })}
              extra={[{ value: NONE, label: 'None' }]}
            />
            <PathField
              label="Images"
              description={
                hasImages
                  ? 'A folder, list or image; those of its training if left empty.'
                  : 'A folder, list or image.'
              }
              value={draft.images}
              onChange={(images) => onChange({ ...draft, images })}
              file={IMAGES}
            />
            <NumberInput
              label="Number of images"
              description="Spread evenly over a folder."
              min={1}
              max={MOST_MAPPED_IMAGES}
              value={draft.count}
              onChange={(count) => onChange({ ...draft, count: Number(count) || COUNT })}
            />
          </SimpleGrid>
          <Group>
            <Button type="submit" disabled={!canShow} loading={computing}>
              Show attention
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

const NONE = 'none:';

function spread(steps: readonly number[]): number[] {
  if (steps.length <= MOST_CHECKPOINTS) return [...steps];
  const last = steps.length - 1;
  return Array.from(
    { length: MOST_CHECKPOINTS },
    (_, i) => steps[Math.round((i * last) / (MOST_CHECKPOINTS - 1))]!,
  );
}
