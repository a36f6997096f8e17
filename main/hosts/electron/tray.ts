/** The icon in the system tray: state as icon and word, counts, and what one wants without opening the window. */
import { Menu, nativeImage, Tray } from 'electron'
import type { TargetState } from '../../contract/words.ts'
import { trayIcons } from './tray-icons.ts'
import type { DesktopWords } from './words.ts'

export interface TrayStatus {
  /** How many there are; null before the first status. */
  readonly targets: number | null
  readonly state: TargetState
  /** Records waiting to be sent, all targets together. */
  readonly pending: number
  /** Failed records, conflicts and possible matches, all targets together. */
  readonly attention: number
  readonly pausedAll: boolean
}

export interface TrayActions {
  readonly open: () => void
  readonly syncNow: () => void
  readonly pauseAll: (paused: boolean) => void
  readonly keepRunning: (keep: boolean) => void
  readonly quit: () => void
}

export interface TrayIcon {
  show(status: TrayStatus): void
  /** Says that the app is on its way out. */
  finishing(): void
  setKeepRunning(keep: boolean): void
  destroy(): void
}

/** Call once Electron is ready. */
export function createTray(words: DesktopWords, keep: boolean, actions: TrayActions): TrayIcon {
  let status: TrayStatus = {
    targets: null,
    state: 'unknown',
    pending: 0,
    attention: 0,
    pausedAll: false,
  }
  let keepRunning = keep
  let shown = ''
  const tray = new Tray(icon('unknown'))
  tray.on('click', actions.open)
  draw()

  function draw(): void {
    const word =
      status.targets === 0
        ? words.noTargets
        : words.state(status.state, status.pending, status.attention)
    // Redrawing an open menu closes it on Linux, so only when something a person can see has changed.
    const picture = JSON.stringify([word, status.state, status.pausedAll, keepRunning])
    if (picture === shown) return
    shown = picture
    tray.setImage(icon(status.state))
    tray.setToolTip(`Marshal: ${word}`)
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: word, enabled: false },
        { type: 'separator' },
        { label: words.openMarshal, click: actions.open },
        { label: words.syncNow, enabled: !status.pausedAll, click: actions.syncNow },
        {
          label: status.pausedAll ? words.resume : words.pause,
          click: () => actions.pauseAll(!status.pausedAll),
        },
        { type: 'separator' },
        {
          label: words.keepRunning,
          type: 'checkbox',
          checked: keepRunning,
          click: (item) => actions.keepRunning(item.checked),
        },
        { label: words.quit, click: actions.quit },
      ]),
    )
  }

  return {
    show: (next) => {
      status = next
      draw()
    },
    finishing: () => tray.setToolTip(`Marshal: ${words.finishing}`),
    setKeepRunning: (next) => {
      keepRunning = next
      draw()
    },
    destroy: () => tray.destroy(),
  }
}

function icon(state: TargetState) {
  return nativeImage.createFromDataURL(trayIcons[state])
}
