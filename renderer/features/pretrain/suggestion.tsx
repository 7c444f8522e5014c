/** The recipe that the scan suggests, with a button to apply it. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconBulb } from '@tabler/icons-react';
import { changePretrainDraft, isSuggested, type PretrainChoice } from './draft.ts';

export function Suggestion({ choice }: { readonly choice: PretrainChoice }) {
  const { suggested } = choice;
  const suggestion = suggested?.report?.suggestion;
  if (suggested === undefined || suggestion === undefined) return null;
  const { recipe, imageSize, patchSize, channels, reason } = suggestion;
  return (
    <Alert color="gray" icon={<IconBulb aria-hidden />}>
      <Group justify="space-between">
        <Text size="sm" maw={860} flex="1 1 14rem">
          Suggested for “{suggested.name}”: the recipe {recipe}, images of {imageSize} pixels in
          patches of {patchSize}
          {channels === undefined ? '' : ` with ${channels} channels`}. {reason}
        </Text>
        {isSuggested(choice) ? (
          <Text size="sm" fw={600} role="status">
            Applied
          </Text>
        ) : (
          <Button
            variant="default"
            size="xs"
            onClick={() => changePretrainDraft({ recipe: undefined, settings: {} })}
          >
            Apply
          </Button>
        )}
      </Group>
    </Alert>
  );
}
