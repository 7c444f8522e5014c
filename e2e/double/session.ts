/** The session of the double: its protocols, request filters and permissions. */
import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { PERMISSIONS } from '../permissions.ts';
import { tell } from './control.ts';
import { protocolHandlers, requestFilters } from './registry.ts';
import { strict } from './strict.ts';

class Session extends EventEmitter {
  readonly protocol = strict('session.protocol', {
    handle(scheme: string, handler: (request: Request) => Response | Promise<Response>) {
      protocolHandlers.set(scheme, handler);
    },
  });
  readonly webRequest = strict('session.webRequest', {
    onBeforeRequest(listener: (typeof requestFilters)[number]) {
      requestFilters.push(listener);
    },
  });

  setPermissionRequestHandler(
    handler: (contents: never, permission: never, decide: (granted: boolean) => void) => void,
  ): void {
    const granted: string[] = [];
    for (const permission of PERMISSIONS)
      handler(undefined as never, permission as never, (yes) => {
        if (yes) granted.push(permission);
      });
    tell({ type: 'permissions', by: 'request', granted });
  }

  setPermissionCheckHandler(handler: (contents: never, permission: never) => boolean): void {
    const granted = PERMISSIONS.filter((permission) =>
      handler(undefined as never, permission as never),
    );
    tell({ type: 'permissions', by: 'check', granted });
  }

  setDevicePermissionHandler(handler: (details: never) => boolean): void {
    const types = ['hid', 'serial', 'usb'];
    const granted = types.filter((deviceType) => handler({ deviceType } as never));
    tell({ type: 'permissions', by: 'device', granted });
  }
}

export const defaultSession = strict('session.defaultSession', new Session());

export const session = strict('session', { defaultSession }) satisfies {
  readonly [K in 'defaultSession']: Pick<Electron.Session, never>;
};
