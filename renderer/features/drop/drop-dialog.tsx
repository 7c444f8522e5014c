/** A dialog that offers actions for dropped items and names those that cannot be used. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { isContainerName } from '../../../engine/contract/container-names.ts';
import { baseName } from '../../ui/base-name.ts';
import { notifyError } from '../../ui/error-notice.tsx';
import { countOf, countText } from '../../ui/format.ts';
import { PathText } from '../../ui/path-text.tsx';
import { type DropOffer, type DropPlan, offerKey } from './drop-plan.ts';

/** Maximum number of listed items. */
const SHOWN = 8;

export function DropDialog(props: {
  readonly plan: DropPlan | undefined;
  readonly onTake: (offer: DropOffer) => Promise<void>;
  readonly onClose: () => void;
}) {
  const { plan, onTake, onClose } = props;
  const opened = plan !== undefined && plan.offers.length + plan.unusable.length > 0;
  return (
    <Modal opened={opened} onClose={onClose} title="What was dropped" size="lg">
      {opened ? <Offers plan={plan} onTake={onTake} onClose={onClose} /> : null}
    </Modal>
  );
}

function Offers(props: {
  readonly plan: DropPlan;
  readonly onTake: (offer: DropOffer) => Promise<void>;
  readonly onClose: () => void;
}) {
  const { plan, onTake, onClose } = props;
  const { offers: left } = plan;
  const cancel = (
    <Button variant="default" onClick={onClose}>
      {left.length === 0 ? 'Close' : 'Cancel'}
    </Button>
  );
  return (
    <Stack gap="lg">
      {left.map((offer, i) => {
        const [words, button] = textOf(offer);
        const paths = 'folders' in offer ? offer.folders : [offer.path];
        return (
          <Stack key={offerKey(offer)} gap="xs">
            <Text>{words}</Text>
            <Some items={paths} item={(path) => <PathText path={path} most={120} c="dimmed" />} />
            <Group justify="flex-end">
              {left.length === 1 ? cancel : null}
              <Button
                variant={i === 0 ? 'filled' : 'default'}
                onClick={() => void onTake(offer).catch(notifyError)}
                {...(i === 0 ? { 'data-autofocus': true } : {})}
              >
                {button}
              </Button>
            </Group>
          </Stack>
        );
      })}
      {plan.unusable.length === 0 ? null : (
        <Alert color="yellow" title="This cannot be used">
          <Some items={plan.unusable} item={(reason) => <Text size="sm">{reason}</Text>} />
        </Alert>
      )}
      {left.length === 1 ? null : <Group justify="flex-end">{cancel}</Group>}
    </Stack>
  );
}

function Some(props: {
  readonly items: readonly string[];
  readonly item: (text: string) => React.ReactNode;
}) {
  const { items, item } = props;
  const more = items.length - SHOWN;
  return (
    <ul className="plain-list">
      {items.slice(0, SHOWN).map((text) => (
        <li key={text}>{item(text)}</li>
      ))}
      {more > 0 ? (
        <li>
          <Text size="sm">and {countText(more)} more</Text>
        </li>
      ) : null}
    </ul>
  );
}

function textOf(offer: DropOffer): readonly [words: string, button: string] {
  switch (offer.kind) {
    case 'folders': {
      const { folders } = offer;
      if (folders.length === 1)
        return [
          `“${shortName(folders[0]!)}” becomes a data set of images.`,
          isContainerName(folders[0]!) ? 'Add the file' : 'Add the folder',
        ];
      const words = `${countText(folders.length)} folders become one data set of images.`;
      return [words, `Add ${countOf(folders.length, 'folder')}`];
    }
    case 'pictures':
      return pictureText(offer);
    case 'table':
      return [`“${shortName(offer.path)}” is a list of labelled images.`, 'Add labelled images'];
    case 'weights':
      return [`“${shortName(offer.path)}” holds weights of a network.`, 'Import weights…'];
    case 'run':
      return [`“${shortName(offer.run)}” is a run of this workspace.`, 'Show the run'];
    case 'workspace': {
      const what =
        offer.run === undefined
          ? `“${shortName(offer.path)}” is a workspace of ConMIM Studio`
          : `“${shortName(offer.run)}” is a run of another workspace`;
      const how = 'The window shows one at a time, and opens again to change it.';
      return [`${what}. ${how}`, 'Change workspace'];
    }
  }
}

function pictureText(
  offer: Extract<DropOffer, { kind: 'pictures' }>,
): readonly [words: string, button: string] {
  const { folders, pictures, known } = offer;
  const [what, whose] =
    pictures.length === 1
      ? [`“${shortName(pictures[0]!)}” is a picture`, 'Its']
      : [`${countText(pictures.length)} pictures were dropped`, 'Their'];
  if (known !== undefined)
    return [`${what}. ${whose} folder is the data set “${known.name}”.`, 'Show the data set'];
  const whole = `${what}, and data sets are whole folders.`;
  if (folders.length > 1) {
    const count = countOf(folders.length, 'folder');
    return [`${whole} Add the ${count} that they lie in, as one data set?`, `Add ${count}`];
  }
  const button = `Add the folder “${shortName(folders[0] ?? '')}”`;
  return [`${whole} ${button}?`, button];
}

/** Button texts do not wrap, so long names are shortened; the whole path is shown beside them. */
function shortName(path: string): string {
  const name = baseName(path);
  return name.length <= 40 ? name : `${name.slice(0, 39)}…`;
}
