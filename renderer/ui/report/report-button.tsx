/** Reports of runs, comparisons and studies: saved as HTML or PDF, or printed. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { InputOf } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { ErrorNotice } from '../error-notice.tsx';
import { fileName } from '../file-name.ts';
import { useFocusBack } from '../form-dialog.tsx';
import { saveMade } from '../save-made.ts';
import { printPage } from './print-page.ts';

interface ReportProps {
  readonly of: Omit<InputOf<'reports.build'>, 'pictures'>;
  /** Whether it may have pictures that show images of the user. */
  readonly pictures?: boolean;
}

export function ReportButton(props: ReportProps) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        Report…
      </Button>
      {opened ? <ReportDialog {...props} onClose={() => setOpened(false)} /> : null}
    </>
  );
}

function ReportDialog({ of, pictures = false, onClose }: ReportProps & { onClose: () => void }) {
  const [withPictures, setWithPictures] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const build = useStudioAction('reports.build');
  useFocusBack();
  const make = async (use: (report: { name: string; html: string }) => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await use(await build.mutateAsync({ ...of, pictures: withPictures }));
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const disabled = busy || build.unavailable;
  return (
    <Modal opened onClose={onClose} title="Report">
      <Stack>
        <Text size="sm">
          One file with results, curves, alarms, recipe, data and versions, and how to cite. It
          connects to nothing. Folders are named by their last part alone.
        </Text>
        {pictures ? (
          <Checkbox
            label="With pictures of validation images"
            checked={withPictures}
            onChange={(event) => setWithPictures(event.currentTarget.checked)}
          />
        ) : null}
        <ErrorNotice error={error} />
        <Group>
          <Button
            disabled={disabled}
            onClick={() =>
              void make(({ name, html }) =>
                saveMade(`${name} report.html`, new Blob([html], { type: 'text/html' })),
              )
            }
          >
            Save HTML
          </Button>
          <Button
            variant="default"
            disabled={disabled}
            onClick={() => void make(({ name, html }) => saveAsPdf(`${name} report.pdf`, html))}
          >
            {desktop === undefined ? 'Print or save as PDF…' : 'Save PDF'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** A browser has its own dialog for paper and PDF. */
async function saveAsPdf(name: string, html: string): Promise<void> {
  if (desktop === undefined) return printPage(html);
  const saved = await desktop.savePdf({ name: fileName(name), html });
  if (saved !== undefined) notifications.show({ title: 'Saved', message: `Saved as ${saved}` });
}
