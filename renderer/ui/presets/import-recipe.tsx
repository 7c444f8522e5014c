/** The button that imports a recipe file as a preset. */
import { Button, FileButton } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { StudioError } from '../../../engine/contract/errors.ts';
import type { RecipeKind } from '../../../engine/contract/tasks.ts';
import { notifyError } from '../error-notice.tsx';
import { bytesText } from '../format.ts';
import { SavePreset } from './save-preset.tsx';

/** Recipes have some kilobytes. */
const MOST_BYTES = 50_000;

export function ImportRecipe(props: {
  readonly kind: RecipeKind;
  readonly onImported: (name: string) => void;
}) {
  const { kind, onImported } = props;
  const [file, setFile] = useState<{ readonly name: string; readonly text: string }>();
  const reset = useRef<() => void>(null);
  const read = async (chosen: File | null) => {
    if (chosen === null) return;
    // The same file can be chosen again after it was corrected.
    reset.current?.();
    if (chosen.size > MOST_BYTES)
      throw new StudioError(
        'recipe-file-invalid',
        `${chosen.name} has ${bytesText(chosen.size)}; a recipe has at most ${bytesText(MOST_BYTES)}.`,
        { advice: 'Choose a recipe file (.json).', details: { file: chosen.name } },
      );
    setFile({ name: chosen.name.replace(/\.json$/i, ''), text: await chosen.text() });
  };
  return (
    <>
      <FileButton
        resetRef={reset}
        accept=".json,application/json"
        onChange={(chosen) => void read(chosen).catch(notifyError)}
      >
        {(button) => (
          <Button
            {...button}
            variant="default"
            size="xs"
            leftSection={<IconFileImport size={16} aria-hidden />}
          >
            Import…
          </Button>
        )}
      </FileButton>
      {file === undefined ? null : (
        <SavePreset
          kind={kind}
          title="Import a recipe"
          submit="Import"
          {...file}
          onSaved={onImported}
          onClose={() => setFile(undefined)}
        />
      )}
    </>
  );
}
