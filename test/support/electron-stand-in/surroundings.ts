/** The computer around the app, as the test wants it. */
import { EventEmitter } from 'node:events'

export const powerMonitor = Object.assign(new EventEmitter(), { isOnBatteryPower: () => false })
export const nativeTheme = { shouldUseDarkColors: false }

/** `seen`: what the app was told last. */
export const network = { online: true, seen: true }
export const net = {
  isOnline: (): boolean => {
    network.seen = network.online
    return network.seen
  },
}

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
}
