/** The link beside a page's title that opens its help. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';

/** The beginning of an address, and the document that helps there; the first that fits. */
const DOCUMENTS: readonly (readonly [address: string, document: string])[] = [
  ['/datasets', 'add-images'],
  ['/pretrain', 'pre-train'],
  ['/runs', 'watch-a-run'],
  ['/studies', 'choose-settings'],
  ['/insight', 'watch-a-run'],
  ['/finetune/results', 'evaluate'],
  ['/finetune', 'fine-tune'],
  ['/predict', 'predict-new-images'],
  ['/models', 'export-networks'],
  ['/devices', 'choose-a-device'],
  ['/settings', 'application'],
];

/** @param props.document where it is another than that of the address */
export function HelpLink(props: { readonly document?: string | undefined }) {
  const [location] = useLocation();
  const found = DOCUMENTS.find(([address]) => location.startsWith(address))?.[1];
  const document = props.document ?? found;
  if (document === undefined) return null;
  return (
    <Tooltip label="Help on this page">
      <ActionIcon
        component={Link}
        href={`/help/${document}`}
        variant="subtle"
        color="gray"
        aria-label="Help on this page"
        style={{ verticalAlign: 'text-bottom' }}
      >
        <IconHelp size={20} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
