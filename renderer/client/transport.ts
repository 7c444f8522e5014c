/** How calls reach the studio: one message out, one reply back, and pushes in between. */
export interface Transport {
  /** A call envelope; resolves with its reply. Rejects when the connection is lost. */
  send(message: { readonly id: number }): Promise<unknown>;
  onPush(listener: (push: unknown) => void): void;
  /** Whether the studio can be reached; called at once and on each change. */
  onConnection(listener: (connected: boolean) => void): void;
}
