/** Sleep, wake and the network as the operating system tells them. */
import { powerMonitor } from 'electron'
import type { Battery } from '../../engine/ports.ts'

/** Whether the computer runs on its battery; how full it is Electron does not tell. Call once Electron is ready. */
export function desktopBattery(): Battery | null {
  return powerMonitor.isOnBatteryPower() ? { present: true, plugged: false, percent: null } : null
}

export interface PowerListeners {
  /** The computer slept; schedules missed meanwhile run once. */
  readonly onResume: () => void
  /** The computer is about to switch off. */
  readonly onShutdown: () => void
}

/** Call once Electron is ready. */
export function watchPower(listeners: PowerListeners): void {
  powerMonitor.on('resume', listeners.onResume)
  // Some systems report only the unlocking after a lid was opened.
  powerMonitor.on('unlock-screen', listeners.onResume)
  const shutdown = (event: Electron.Event) => {
    event.preventDefault()
    listeners.onShutdown()
  }
  // Electron's types leave out the event that its documentation describes.
  powerMonitor.on('shutdown', shutdown as () => void)
}
