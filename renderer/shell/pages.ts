/** The pages of the navigation, in the order of their shortcuts. */
import {
  mdiAccountCheckOutline,
  mdiAlertOutline,
  mdiClipboardCheckOutline,
  mdiCogOutline,
  mdiConnection,
  mdiHistory,
  mdiLaptop,
  mdiSync,
  mdiTableAccount,
} from '@mdi/js'

export interface PageLink {
  readonly name:
    | 'desk'
    | 'sync'
    | 'targets'
    | 'attention'
    | 'data'
    | 'activity'
    | 'readiness'
    | 'devices'
    | 'settings'
  readonly to: string
  readonly icon: string
  /** Key of the shortcut that opens it. */
  readonly keys: string
}

export const pageLinks: readonly PageLink[] = [
  { name: 'desk', to: '/desk', icon: mdiAccountCheckOutline, keys: 'Ctrl+1' },
  { name: 'sync', to: '/sync', icon: mdiSync, keys: 'Ctrl+2' },
  { name: 'targets', to: '/targets', icon: mdiConnection, keys: 'Ctrl+3' },
  { name: 'attention', to: '/attention', icon: mdiAlertOutline, keys: 'Ctrl+4' },
  { name: 'data', to: '/data', icon: mdiTableAccount, keys: 'Ctrl+5' },
  { name: 'activity', to: '/activity', icon: mdiHistory, keys: 'Ctrl+6' },
  { name: 'readiness', to: '/readiness', icon: mdiClipboardCheckOutline, keys: 'Ctrl+7' },
  { name: 'devices', to: '/devices', icon: mdiLaptop, keys: 'Ctrl+8' },
  { name: 'settings', to: '/settings', icon: mdiCogOutline, keys: 'Ctrl+9' },
]
