/** The error of a scan; where a folder has labels of several formats, with the choice of one. */
import { Button, Group, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { DENSE_FORMAT_TITLES, DENSE_FORMATS } from '../../../../engine/contract/dense-labels.ts';
import type { Dataset } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { ErrorNotice, notifyError } from '../../../ui/error-notice.tsx';

/** The error of the last scan, with what mends it. */
export function ScanError(props: { readonly dataset: Dataset; readonly onRetry: () => void }) {
  const { dataset, onRetry } = props;
  const { error } = dataset;
  if (error?.code !== 'labels-ambiguous') return <ErrorNotice error={error} onRetry={onRetry} />;
  const found = [error.details?.['formats']].flat();
  return (
    <ErrorNotice error={error}>
      <ChooseFormat
        dataset={dataset}
        formats={DENSE_FORMATS.filter((one) => found.includes(one))}
      />
    </ErrorNotice>
  );
}

function ChooseFormat(props: {
  readonly dataset: Dataset;
  readonly formats: readonly (typeof DENSE_FORMATS)[number][];
}) {
  const { dataset, formats } = props;
  const { id, dense } = dataset;
  const [chosen, setChosen] = useState(formats[0]);
  const read = useStudioAction('datasets.readLabels');
  return (
    <Group align="flex-end" mt="sm">
      <NativeSelect
        label="Format"
        data={formats.map((format) => ({ value: format, label: DENSE_FORMAT_TITLES[format] }))}
        value={chosen}
        onChange={(event) =>
          setChosen(formats.find((format) => format === event.currentTarget.value))
        }
      />
      <Button
        variant="default"
        loading={read.isPending}
        disabled={read.unavailable}
        onClick={() =>
          read.mutate({ id, dense: { ...dense, format: chosen } }, { onError: notifyError })
        }
      >
        Read in this format
      </Button>
    </Group>
  );
}
