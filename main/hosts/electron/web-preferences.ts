import type { WebPreferences } from 'electron'

/**
 * What the page may do: nothing but be a page. Options that are Electron's defaults are written down too, so that a
 * change of default or an edit shows up in a test.
 *
 * @param preload absolute path of the built preload script
 * @param developing developer tools are there only in a build that is not packaged
 */
export function webPreferences(preload: string, developing: boolean): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
    devTools: developing,
  }
}
