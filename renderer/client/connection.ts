/** Whether the studio can be reached. */
import { create } from 'zustand';
import type { ClientConnection } from './transport.ts';

export const useConnection = create<{ readonly connection: ClientConnection }>(() => ({
  connection: 'lost',
}));
