/** The images of an evaluation in the lightbox: of a cell of the confusion matrix, or of a class. */
import { UnstyledButton } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import type { EvaluatedImage, InputOf } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import type { Column } from '../ui/data-table.tsx';
import { notifyError } from '../ui/error-notice.tsx';
import { percentText } from '../ui/format.ts';
import { Lightbox } from '../ui/lightbox/lightbox.tsx';
import type { Picture } from '../ui/lightbox/picture.ts';
import classes from './evaluated-images.module.css';

export type Evaluated = InputOf<'evaluations.get'>;

/** Names of classes; at least one of them. */
export interface ImageChoice {
  readonly actual?: string;
  readonly predicted?: string;
}

const PAGE = 50;
const OpenImages = createContext<(choice: ImageChoice) => void>(() => undefined);

const Of = createContext<Evaluated>({});

export const useOpenImages = () => useContext(OpenImages);
/** The job or run whose evaluation is shown. */
export const useEvaluated = () => useContext(Of);

/** Parts of an evaluation open its images by `useOpenImages`. */
export function EvaluatedImages(props: { readonly of: Evaluated; readonly children: ReactNode }) {
  const { of, children } = props;
  const [choice, setChoice] = useState<ImageChoice | undefined>(undefined);
  const close = useCallback(() => setChoice(undefined), []);
  return (
    <Of.Provider value={of}>
      <OpenImages.Provider value={setChoice}>
        {children}
        {choice === undefined ? null : (
          <Opened key={JSON.stringify(choice)} of={of} choice={choice} onClose={close} />
        )}
      </OpenImages.Provider>
    </Of.Provider>
  );
}

/** A class or count that opens its images. */
export function ImagesButton(props: {
  readonly choice: ImageChoice;
  /** Accessible name, where the content does not say what is opened. */
  readonly label?: string;
  /** How many there are; without any, it is no button. */
  readonly images: number;
  readonly children: ReactNode;
}) {
  const { choice, label, images, children } = props;
  const open = useOpenImages();
  if (images === 0) return children;
  return (
    <UnstyledButton
      className={classes['open']!}
      {...(label === undefined ? {} : { 'aria-label': label })}
      onClick={() => open(choice)}
    >
      {children}
    </UnstyledButton>
  );
}

function Opened(props: {
  readonly of: Evaluated;
  readonly choice: ImageChoice;
  readonly onClose: () => void;
}) {
  const { of, choice, onClose } = props;
  const [at, setAt] = useState(0);
  const offset = Math.floor(at / PAGE) * PAGE;
  const page = useStudio('evaluations.images', { ...of, ...choice, offset, count: PAGE });
  const { data, error, isPlaceholderData } = page;
  useEffect(() => {
    if (error === null) return;
    notifyError(error);
    onClose();
  }, [error, onClose]);
  const item = isPlaceholderData ? undefined : data?.items[at - offset];
  return (
    <Lightbox
      count={Math.max(1, data?.total ?? 1)}
      at={at}
      picture={item && pictureOf(item)}
      onMove={setAt}
      onClose={onClose}
    />
  );
}

function pictureOf({ path, actual, predicted, confidence }: EvaluatedImage): Picture {
  const names = (some: readonly string[]) => some.join(', ') || 'none';
  const sure = confidence === undefined ? '' : ` (${percentText(confidence, 0)})`;
  return { path, caption: `actual ${names(actual)}, predicted ${names(predicted)}${sure}` };
}

/** The column of names, each of which opens the images of its class or label. */
export function namesColumn<Row extends { readonly name: string; readonly support: number }>(
  label: string,
): Column<Row> {
  return {
    label,
    sort: ({ name }) => name,
    cell: ({ name, support }) => (
      <ImagesButton choice={{ actual: name }} images={support}>
        {name}
      </ImagesButton>
    ),
  };
}
