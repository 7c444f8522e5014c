/** The shown objects of all images as files for other programs. */
import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { defined } from '../../../../engine/contract/defined.ts';
import { OBJECT_FORMATS, type ObjectFormat } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countOf, percentText } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import { ShowFile } from '../../../ui/show-file.tsx';
import { FORMAT_TITLES } from '../form/format-choice.tsx';

const TITLES = { ...FORMAT_TITLES, csv: 'Table of objects (CSV)' };
const FORMATS = OBJECT_FORMATS.map((value) => ({ value, label: TITLES[value] }));

export function SaveObjects(props: {
  readonly job: string;
  /** Smallest score. */
  readonly threshold: number;
  /** The only class that is saved. */
  readonly chosen: string | undefined;
}) {
  const { job, threshold, chosen } = props;
  const [format, setFormat] = useState<ObjectFormat>('coco');
  const { mutate, data, error, isPending, unavailable } = useStudioAction('predictions.save', [
    'results.files',
  ]);
  return (
    <Section title="Save objects">
      <Text size="sm" c="dimmed">
        Objects with a score of {percentText(threshold, 0)} or more
        {chosen === undefined ? '' : `, of the class ${chosen} alone`}, in all images.
      </Text>
      <Group align="flex-end">
        <NativeSelect
          label="Format"
          data={FORMATS}
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value as ObjectFormat)}
        />
        <Button
          variant="default"
          loading={isPending}
          disabled={unavailable}
          onClick={() => mutate({ job, format, threshold, ...defined({ class: chosen }) })}
        >
          Save
        </Button>
      </Group>
      <ErrorNotice error={error} />
      {data === undefined ? null : (
        <>
          <Text size="sm" role="status">
            {countOf(data.objects, 'object')} in {countOf(data.images, 'image')} saved.
          </Text>
          <ShowFile path={data.path} />
        </>
      )}
    </Section>
  );
}
