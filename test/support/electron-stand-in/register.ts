/**
 * `node --import …/register.ts out/main/index.js` runs the BUILT desktop app with the stand-in in place of Electron.
 *
 * This is not Electron. It is Node 24 plus Debian's Chromium, with just enough of Electron's API around them to run
 * Marshal's own main and preload bundles end to end. What is real: the bundles, the engine, Chromium's page, its CSP,
 * its isolated worlds, its MessagePorts within the page. What is imitated: everything named like an Electron module,
 * the `app://` scheme (Chromium has no such scheme; its addresses are served as `http://<host>.app.localhost`, which
 * Chromium also counts as a secure context), port transfer between page and main process (carried as text over a
 * DevTools binding), permissions (the handlers' answers are set in Chromium beforehand), windows (a page; shown and
 * hidden are only remembered, unless headed), tray, menu, dialogs and notifications (remembered, and answered or
 * clicked by the test). Not imitated: fuses, ASAR, the OS sandbox, navigation by redirect, contextBridge, auto-update.
 */
import { registerHooks } from 'node:module'

const standIn = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron') return { url: standIn, shortCircuit: true }
    return next(specifier, context)
  },
})
