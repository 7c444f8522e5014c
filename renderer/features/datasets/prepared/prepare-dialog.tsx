/** The dialog to prepare the images of a data set for the views of a recipe. */
import { NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import type { Dataset, HealthReport } from '../../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../../client/use-studio.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { prepareOrder } from './prepare-order.ts';

export function PrepareDialog(props: {
  readonly dataset: Dataset;
  readonly report: HealthReport;
  readonly onClose: () => void;
}) {
  const { dataset, report, onClose } = props;
  const suggested = report.suggestion.recipe;
  const presets = useStudio('recipes.list', {}).data ?? [];
  const [name, setName] = useState(suggested);
  const submit = useStudioAction('jobs.submit');
  const preset = presets.find((one) => one.name === name);
  return (
    <FormDialog
      opened
      title="Prepare images"
      submit="Prepare"
      onSubmit={() => {
        if (preset !== undefined)
          submit.mutate(prepareOrder(dataset, report, preset), { onSuccess: onClose });
      }}
      onClose={onClose}
      action={submit}
      disabled={preset === undefined}
    >
      <Text size="sm" c="dimmed">
        Images are shrunk once to what a recipe needs, and pre-trainings with it read them several
        times as fast where photographs are large. They take place in the workspace: up to a quarter
        of the size of photographs of 12 megapixels, and more than small images. The images
        themselves stay as they are.
      </Text>
      <NativeSelect
        label="Recipe"
        description="What is prepared depends on its size of views and area of crops."
        data={presets.map(({ name: value, title }) => ({
          value,
          label: `${title}${value === suggested ? ' – suggested' : ''}`,
        }))}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
