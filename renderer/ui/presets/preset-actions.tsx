/** What can be done with the recipe of a form and with the user's presets. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconDeviceFloppy,
  IconFileExport,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { recipeText } from '../../../engine/contract/recipe-text.ts';
import type { SettingValues } from '../../../engine/contract/settings/setting.ts';
import type { RecipeKind } from '../../../engine/contract/tasks.ts';
import { notifyError } from '../error-notice.tsx';
import { pageWords } from '../page-words.ts';
import { saveMade } from '../save-made.ts';
import { DeletePreset, RenamePreset } from './edit-preset.tsx';
import { ImportRecipe } from './import-recipe.tsx';
import type { PresetChoice } from './preset-choice.ts';
import { SavePreset } from './save-preset.tsx';
import { useOwnPresets } from './use-own-presets.ts';

export function PresetActions(props: {
  readonly kind: RecipeKind;
  /** Undefined where the recipe is that of an earlier run. */
  readonly chosen: PresetChoice | undefined;
  /** All settings as they are in the form; undefined while one is wrong. */
  readonly values: SettingValues | undefined;
  /** Chooses a preset; undefined for the suggested one. */
  readonly onChoose: (name: string | undefined) => void;
}) {
  const { kind, chosen, values, onChoose } = props;
  const [open, setOpen] = useState<'save' | 'rename' | 'delete'>();
  const close = () => setOpen(undefined);
  const own = chosen?.changes === undefined ? undefined : chosen.name;
  const text =
    values === undefined
      ? undefined
      : chosen === undefined
        ? `${JSON.stringify(values, null, 2)}\n`
        : recipeText(chosen.basis, values);
  const exported = () => {
    const file = new Blob([text!], { type: 'application/json' });
    void saveMade(`${chosen?.name ?? 'recipe'}.json`, file).catch(notifyError);
  };
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Action
          icon={IconDeviceFloppy}
          disabled={text === undefined}
          onClick={() => setOpen('save')}
        >
          Save as preset…
        </Action>
        <ImportRecipe kind={kind} onImported={onChoose} />
        <Action icon={IconFileExport} disabled={text === undefined} onClick={exported}>
          Export
        </Action>
        {own === undefined ? null : (
          <>
            <Action icon={IconPencil} onClick={() => setOpen('rename')}>
              Rename…
            </Action>
            <Action icon={IconTrash} onClick={() => setOpen('delete')}>
              Delete…
            </Action>
          </>
        )}
      </Group>
      <DamagedPresets kind={kind} />
      {open === 'save' && text !== undefined ? (
        <SavePreset
          kind={kind}
          title="Save as preset"
          submit="Save"
          name={own ?? ''}
          text={text}
          onSaved={onChoose}
          onClose={close}
        />
      ) : null}
      {open === 'rename' && own !== undefined ? (
        <RenamePreset kind={kind} name={own} onRenamed={onChoose} onClose={close} />
      ) : null}
      {open === 'delete' && own !== undefined ? (
        <DeletePreset
          kind={kind}
          name={own}
          onDeleted={() => onChoose(undefined)}
          onClose={close}
        />
      ) : null}
    </Stack>
  );
}

function Action(props: {
  readonly icon: typeof IconTrash;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: string;
}) {
  const { icon: Icon, disabled = false, onClick, children } = props;
  return (
    <Button
      variant="default"
      size="xs"
      disabled={disabled}
      leftSection={<Icon size={16} aria-hidden />}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}

/** Presets that this version cannot use, with the reason and a button to delete each. */
function DamagedPresets({ kind }: { readonly kind: RecipeKind }) {
  const { damaged } = useOwnPresets(kind);
  const [deleting, setDeleting] = useState<string>();
  if (damaged.length === 0) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle aria-hidden />}
      title="Presets that cannot be used"
    >
      <Stack gap="xs">
        {damaged.map(({ name, error }) => (
          <Group key={name} justify="space-between" gap="xs">
            <Text size="sm" flex="1 1 16rem" style={{ overflowWrap: 'anywhere' }}>
              {pageWords(`${error.message} ${error.advice ?? ''}`)}
            </Text>
            <Button
              variant="default"
              size="xs"
              aria-label={`Delete the preset ${name}`}
              onClick={() => setDeleting(name)}
            >
              Delete…
            </Button>
          </Group>
        ))}
      </Stack>
      {deleting === undefined ? null : (
        <DeletePreset
          kind={kind}
          name={deleting}
          onDeleted={() => undefined}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </Alert>
  );
}
