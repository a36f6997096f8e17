/** What the desktop app says outside its window: tray, menu, notifications, dialogs. */
import type { TargetState } from '../../contract/words.ts'
import { assertNever } from '../../contract/words.ts'

export interface DesktopWords {
  readonly open: string
  readonly cancel: string
  readonly reload: string
  readonly syncNow: string
  readonly openMarshal: string
  readonly pause: string
  readonly resume: string
  readonly pausedQuestion: string
  readonly resumeAndSync: string
  readonly keepRunning: string
  readonly quit: string
  readonly edit: string
  readonly view: string
  readonly leaveQuestion: string
  readonly keepsSyncing: string
  readonly attentionTitle: string
  readonly attentionBody: (count: number) => string
  readonly settledTitle: string
  readonly settledBody: string
  readonly reloadedTitle: string
  readonly reloadedBody: string
  readonly webhooksTitle: string
  readonly webhooksBody: (port: number, reason: 'taken' | 'refused') => string
  readonly keepsFailing: string
  readonly keepsFailingDetail: string
  readonly cannotStart: string
  readonly finishing: string
  readonly noTargets: string
  readonly recoveredTitle: string
  readonly recoveredDetail: (asideFile: string, backupFile: string | null) => string
  readonly lostTitle: string
  readonly lostBody: string
  readonly state: (state: TargetState, pending: number, attention: number) => string
}

const english: DesktopWords = {
  open: 'Open',
  cancel: 'Cancel',
  reload: 'Reload window',
  syncNow: 'Sync now',
  openMarshal: 'Open Marshal',
  pause: 'Pause syncing',
  resume: 'Resume syncing',
  pausedQuestion: 'Syncing is paused, so nothing was sent or received.',
  resumeAndSync: 'Resume and sync',
  keepRunning: 'Keep syncing when the window is closed',
  quit: 'Quit Marshal',
  edit: 'Edit',
  view: 'View',
  leaveQuestion: 'Open this link outside Marshal?',
  keepsSyncing: 'Marshal keeps syncing. Open or quit it from its icon in the system tray.',
  attentionTitle: 'Marshal needs attention',
  attentionBody: (count) =>
    count === 1 ? 'One record could not be synced.' : `${count} records could not be synced.`,
  settledTitle: 'Marshal is up to date again',
  settledBody: 'Everything has arrived.',
  reloadedTitle: 'The Marshal window was reloaded',
  reloadedBody: 'It had stopped working. Everything you saved is there; syncing went on.',
  webhooksTitle: 'Webhooks cannot be received',
  webhooksBody: (port, reason) =>
    `${reason === 'taken' ? `Another program uses port ${port}.` : `This computer does not allow port ${port}.`} Choose another one in the settings. Syncing goes on as scheduled.`,
  keepsFailing: 'The Marshal window keeps failing',
  keepsFailingDetail:
    'Syncing goes on and everything you saved is there. Reload the window, or quit and start Marshal again.',
  cannotStart: 'Marshal cannot start',
  finishing: 'Finishing…',
  noTargets: 'No targets yet',
  recoveredTitle: 'The database was damaged and has been put aside',
  recoveredDetail: (aside, backup) =>
    `${backup === null ? 'There was no backup, so Marshal starts empty.' : `Marshal works with the newest backup now: ${backup}`}\n\nThe damaged file is kept: ${aside}`,
  lostTitle: 'Nothing can be saved any more',
  lostBody: 'The database was taken away or replaced. Marshal’s window says what to do.',
  state: (state, pending, attention) => {
    switch (state) {
      case 'up-to-date':
        return 'Up to date'
      case 'sending':
        return `Sending ${pending}`
      case 'receiving':
        return 'Receiving'
      case 'waiting':
        return `Waiting for network${pending > 0 ? ` (${pending} pending)` : ''}`
      case 'paused':
        return `Paused${pending > 0 ? ` (${pending} pending)` : ''}`
      case 'attention':
        return `Needs attention (${attention})`
      case 'unknown':
        return 'Unknown'
      default:
        return assertNever(state)
    }
  },
}

const german: DesktopWords = {
  open: 'Öffnen',
  cancel: 'Abbrechen',
  reload: 'Fenster neu laden',
  syncNow: 'Jetzt synchronisieren',
  openMarshal: 'Marshal öffnen',
  pause: 'Synchronisierung anhalten',
  resume: 'Synchronisierung fortsetzen',
  pausedQuestion: 'Die Synchronisierung ist angehalten; nichts wurde gesendet oder empfangen.',
  resumeAndSync: 'Fortsetzen und synchronisieren',
  keepRunning: 'Bei geschlossenem Fenster weiter synchronisieren',
  quit: 'Marshal beenden',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  leaveQuestion: 'Diesen Link außerhalb von Marshal öffnen?',
  keepsSyncing:
    'Marshal synchronisiert weiter. Öffnen und beenden lässt es sich über sein Symbol im Infobereich.',
  attentionTitle: 'Bei Marshal ist etwas zu klären',
  attentionBody: (count) =>
    count === 1
      ? 'Ein Datensatz konnte nicht synchronisiert werden.'
      : `${count} Datensätze konnten nicht synchronisiert werden.`,
  settledTitle: 'Marshal ist wieder aktuell',
  settledBody: 'Alles ist angekommen.',
  reloadedTitle: 'Das Marshal-Fenster wurde neu geladen',
  reloadedBody:
    'Es hatte aufgehört zu arbeiten. Alles Gespeicherte ist da; die Synchronisierung lief weiter.',
  webhooksTitle: 'Webhooks können nicht empfangen werden',
  webhooksBody: (port, reason) =>
    `${reason === 'taken' ? `Ein anderes Programm benutzt Port ${port}.` : `Dieser Computer erlaubt Port ${port} nicht.`} In den Einstellungen lässt sich ein anderer wählen. Die Synchronisierung läuft nach Plan weiter.`,
  keepsFailing: 'Das Marshal-Fenster fällt immer wieder aus',
  keepsFailingDetail:
    'Die Synchronisierung läuft weiter und alles Gespeicherte ist da. Das Fenster neu laden, oder Marshal beenden und neu starten.',
  cannotStart: 'Marshal kann nicht starten',
  finishing: 'Wird abgeschlossen …',
  noTargets: 'Noch keine Ziele',
  recoveredTitle: 'Die Datenbank war beschädigt und wurde zur Seite gelegt',
  recoveredDetail: (aside, backup) =>
    `${backup === null ? 'Es gab keine Sicherung, Marshal beginnt leer.' : `Marshal arbeitet jetzt mit der neuesten Sicherung: ${backup}`}\n\nDie beschädigte Datei ist noch da: ${aside}`,
  lostTitle: 'Es kann nichts mehr gespeichert werden',
  lostBody:
    'Die Datenbank wurde weggenommen oder ersetzt. Was zu tun ist, steht im Fenster von Marshal.',
  state: (state, pending, attention) => {
    switch (state) {
      case 'up-to-date':
        return 'Aktuell'
      case 'sending':
        return `Sendet ${pending}`
      case 'receiving':
        return 'Empfängt'
      case 'waiting':
        return `Wartet auf Netz${pending > 0 ? ` (${pending} ausstehend)` : ''}`
      case 'paused':
        return `Angehalten${pending > 0 ? ` (${pending} ausstehend)` : ''}`
      case 'attention':
        return `Zu klären (${attention})`
      case 'unknown':
        return 'Unbekannt'
      default:
        return assertNever(state)
    }
  },
}

/** @param locale BCP 47, as the operating system reports it */
export function desktopWords(locale: string): DesktopWords {
  return locale.toLowerCase().startsWith('de') ? german : english
}
