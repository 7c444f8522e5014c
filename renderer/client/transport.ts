/** The connection to the studio: messages with one reply each, and pushes. */

/** `logged-out`: the studio answers, but no longer knows the login of this browser. */
export type ClientConnection = 'connected' | 'lost' | 'logged-out';

export interface Transport {
  /**
   * Send a call; resolves with its reply, rejects when the connection is lost.
   *
   * @param waits whether the call may be sent later, when there is no connection now
   */
  send(message: { readonly id: number }, waits: boolean): Promise<unknown>;
  onPush(listener: (push: unknown) => void): void;
  /** The listener is called at once and on each change. */
  onConnection(listener: (connection: ClientConnection) => void): void;
}
