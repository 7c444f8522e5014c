/** The connection to the studio: messages with one reply each, and pushes. */
export interface Transport {
  /** Send a call; resolves with its reply, rejects when the connection is lost. */
  send(message: { readonly id: number }): Promise<unknown>;
  onPush(listener: (push: unknown) => void): void;
  /** The listener is called at once and on each change with whether the studio can be reached. */
  onConnection(listener: (connected: boolean) => void): void;
}
