/** The running desktop app: everything that lives between opening the data folder and leaving it. */
import { app, dialog, net, type BrowserWindow } from 'electron'
import { join } from 'node:path'
import type { StatusView } from '../../contract/sync.ts'
import { createEngine, type Engine } from '../../engine/engine.ts'
import { createHubDoor } from '../edge/hub/hub-door.ts'
import { version } from '../edge/version.ts'
import { createPorts, type HostPorts } from '../ports.ts'
import { serveAppScheme } from './app-protocol.ts'
import { desktopAutostart } from './autostart.ts'
import { serveContract } from './ipc.ts'
import { lockDown } from './lockdown.ts'
import { installMenu } from './menu.ts'
import { nextNotice, noTrouble } from './notices.ts'
import { notify } from './notify.ts'
import { offerToOpenOutside } from './open-external.ts'
import { overallStatus } from './overall-status.ts'
import { desktopBattery, watchPower } from './power.ts'
import { drainWithinMs, orderlyQuit } from './quit.ts'
import { programOf } from './program.ts'
import { startRuns } from './start-runs.ts'
import { createTray, type TrayIcon } from './tray.ts'
import { createWebhookListener } from './webhook-listener.ts'
import { openWindow, showWindow } from './window.ts'
import { readDesktopSettings, writeDesktopSettings, type DesktopSettings } from './window-place.ts'
import { desktopWords } from './words.ts'

/** Built files, seen from out/main. */
export interface BuiltFiles {
  readonly preload: string
  readonly renderer: string
}

export interface DesktopOptions extends BuiltFiles {
  readonly dataDir: string
  /** Gives the data folder back. */
  readonly release: () => Promise<void>
}

export interface Desktop {
  /** Brings the window to the front. */
  show(): void
}

/**
 * Starts engine, window and tray. Call once Electron is ready.
 * Throws `ProblemError` when the data folder cannot be opened; nothing is left running then.
 */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const autostart = desktopAutostart()
  const ports = await createPorts({
    dataDir: options.dataDir,
    battery: desktopBattery,
    ...(autostart ? { autostart } : {}),
    // The new instance begins when this one has left in order.
    restart: () => {
      const { execPath, args } = programOf(process)
      app.relaunch({ execPath, args: [...args] })
      app.quit()
    },
  })
  const { log, secrets } = ports
  const hub = createHubDoor({ dataDir: options.dataDir, secrets, log })
  // Anything unexpected is a defect: it is written down, and the app goes on.
  process.on('unhandledRejection', (reason) => {
    log.error('Something failed that nobody was waiting for', { error: describe(reason) })
  })
  let engine: Engine
  try {
    engine = await createEngine({ ...ports, hub }, { host: 'desktop', version })
  } catch (error) {
    ports.log.close()
    throw error
  }
  return assemble(options, ports, engine)
}

async function assemble(
  options: DesktopOptions,
  ports: HostPorts,
  engine: Engine,
): Promise<Desktop> {
  const { log } = ports
  const words = desktopWords(app.getLocale())
  const settingsFile = join(options.dataDir, 'window', 'desktop.json')
  let settings = await readDesktopSettings(settingsFile)
  let saving: Promise<void> = Promise.resolve()

  const changeSettings = (changes: Partial<DesktopSettings>): void => {
    settings = { ...settings, ...changes }
    saving = saving.then(() => writeDesktopSettings(settingsFile, settings)).catch(noting('saving'))
  }
  function noting(what: string) {
    return (error: unknown) => log.warn(`Failed: ${what}`, { error: describe(error) })
  }
  const leaveFor = async (url: string): Promise<void> => {
    const targets = (await engine.client.targets.list()).map(({ config }) => config.url)
    if (window !== null) await offerToOpenOutside(window, { url, targets, words })
  }
  const syncNow = () => void startRuns(engine, words).catch(noting('Sync now'))
  const pauseAll = (paused: boolean) =>
    void engine.client.sync.pauseAll({ paused }).catch(noting('pausing'))

  let window: BrowserWindow | null = null
  const show = () => {
    if (window !== null) showWindow(window)
  }
  const quit = orderlyQuit({
    log,
    drain: async () => {
      if (window !== null && !window.isDestroyed()) window.hide()
      endLine()
      unfollow()
      unfollowSettings()
      tray.finishing()
      await webhooks.close()
      await within(drainWithinMs, engine.stop())
      await saving
      tray.destroy()
      await options.release()
      ports.log.close()
    },
  })

  lockDown({
    log,
    onLinkOutside: (url) => {
      void leaveFor(url).catch(noting('a link'))
    },
  })
  serveAppScheme(options.renderer)
  const endLine = serveContract(engine.router, () => window?.webContents ?? null, log)
  installMenu(words, { syncNow, quit: quit.now })
  const tray = createTray(words, settings.keepRunning, {
    open: show,
    syncNow,
    pauseAll,
    keepRunning: (keepRunning) => {
      changeSettings({ keepRunning })
      tray.setKeepRunning(keepRunning)
    },
    quit: quit.now,
  })
  const unfollow = followStatus(engine, tray, (notice, count) => {
    if (notice === 'attention') notify(words.attentionTitle, words.attentionBody(count), show)
    else notify(words.settledTitle, words.settledBody, show)
  })
  const webhooks = createWebhookListener({
    receive: engine.receiveWebhook,
    log,
    onTrouble: (port, reason) =>
      notify(words.webhooksTitle, words.webhooksBody(port, reason), show),
  })
  engine.onTrouble(() => notify(words.lostTitle, words.lostBody, show))
  const unfollowSettings = engine.onSettings((now) => void webhooks.apply(now.webhooks))
  watchPower({ onResume: () => engine.wake('resume'), onShutdown: quit.now })
  watchNetwork(() => engine.wake('online'))
  window = openWindow({
    preload: options.preload,
    words,
    log,
    settings: () => settings,
    changeSettings,
    isQuitting: quit.isQuitting,
    quit: quit.now,
    sayKeepsRunning: () => notify('Marshal', words.keepsSyncing, show),
    sayReloaded: () => notify(words.reloadedTitle, words.reloadedBody, show),
  })
  if (engine.recovered !== null) {
    const { asideFile, backupFile } = engine.recovered
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: words.recoveredTitle,
        detail: words.recoveredDetail(asideFile, backupFile),
      })
      .catch(noting('telling about the damaged database'))
  }
  await engine.start()
  engine.client.settings
    .get()
    .then((now) => webhooks.apply(now.webhooks))
    .catch(noting('receiving webhooks'))
  log.info('The desktop app is running', { version, dataDir: options.dataDir })
  return { show }
}

/** Keeps the tray and the notifications in step with the engine. Returns the function that ends this. */
function followStatus(
  engine: Engine,
  tray: TrayIcon,
  onNotice: (notice: 'attention' | 'settled', count: number) => void,
): () => void {
  let known = noTrouble
  let latest: StatusView | null = null
  let showing = false

  /** The newest status wins; those that came while one was being shown are skipped. */
  async function showLatest(): Promise<void> {
    if (showing) return
    showing = true
    try {
      while (latest !== null) {
        const status = latest
        latest = null
        const { pausedAll } = await engine.client.settings.get()
        const overall = overallStatus(status, pausedAll)
        tray.show(overall)
        const { after, notice } = nextNotice(known, overall.state)
        known = after
        if (notice !== null) onNotice(notice, overall.attention)
      }
    } finally {
      showing = false
    }
  }
  const show = (status: StatusView) => {
    latest = status
    // The engine is stopping or the disk is in trouble; the next status says more.
    showLatest().catch(() => undefined)
  }
  const unsubscribe = engine.onLive((event) => {
    if (event.type === 'status') show(event.status)
  })
  engine.client.status.get().then(show, () => undefined)
  return unsubscribe
}

/** `net.isOnline()` proves nothing, but its change from false to true is a good moment to try. */
function watchNetwork(onOnline: () => void): void {
  let online = net.isOnline()
  setInterval(() => {
    const now = net.isOnline()
    if (now && !online) onOnline()
    online = now
  }, 2_000).unref()
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
