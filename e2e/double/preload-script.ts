/** Run a preload script unchanged, with the part of `electron` that sandboxed ones may use. */
import { readFileSync } from 'node:fs';

/**
 * @param file compiled script, CommonJS
 * @returns a script that runs before those of the page; it calls `__invoke` and receives `__receive`
 */
export function preloadScript(file: string): string {
  return `(() => {
    if (window !== window.top) return;
    const listeners = new Map();
    window.__receive = (channel, value) => {
      for (const listener of [...(listeners.get(channel) ?? [])]) listener({}, value);
    };
    const strict = (name, members) => new Proxy(members, {
      get(target, key) {
        if (!(key in target)) throw new Error('A sandboxed preload has no ' + name + '.' + String(key));
        return target[key];
      },
    });
    const electron = strict('electron', {
      contextBridge: strict('contextBridge', {
        exposeInMainWorld(name, api) {
          Object.defineProperty(window, name, { value: Object.freeze({ ...api }), writable: false });
        },
      }),
      ipcRenderer: strict('ipcRenderer', {
        invoke: (channel, ...args) => window.__invoke(channel, structuredClone(args)),
        on(channel, listener) {
          listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
        },
        off(channel, listener) {
          listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener));
        },
      }),
      webUtils: strict('webUtils', {
        getPathForFile: (file) => window.__dropped?.[file.name] ?? '',
      }),
    });
    const load = (name) => {
      if (name !== 'electron') throw new Error('A sandboxed preload cannot load ' + name);
      return electron;
    };
    ((exports, require) => {
      ${readFileSync(file, 'utf8')}
    })({}, load);
  })();`;
}
