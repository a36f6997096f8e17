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

const french: DesktopWords = {
  open: 'Ouvrir',
  cancel: 'Annuler',
  reload: 'Recharger la fenêtre',
  syncNow: 'Synchroniser maintenant',
  openMarshal: 'Ouvrir Marshal',
  pause: 'Mettre la synchro en pause',
  resume: 'Reprendre la synchro',
  pausedQuestion: 'La synchro est en pause : rien n’a été envoyé ni reçu.',
  resumeAndSync: 'Reprendre et synchroniser',
  keepRunning: 'Continuer à synchroniser fenêtre fermée',
  quit: 'Quitter Marshal',
  edit: 'Édition',
  view: 'Affichage',
  leaveQuestion: 'Ouvrir ce lien hors de Marshal ?',
  keepsSyncing:
    'Marshal continue à synchroniser. Ouvrez-le ou quittez-le par son icône dans la zone de notification.',
  attentionTitle: 'Marshal a quelque chose à régler',
  attentionBody: (count) =>
    count === 1
      ? 'Une fiche n’a pas pu être synchronisée.'
      : `${count} fiches n’ont pas pu être synchronisées.`,
  settledTitle: 'Marshal est de nouveau à jour',
  settledBody: 'Tout est arrivé.',
  reloadedTitle: 'La fenêtre de Marshal a été rechargée',
  reloadedBody:
    'Elle ne fonctionnait plus. Tout ce que vous avez enregistré est là ; la synchro a continué.',
  webhooksTitle: 'Webhooks impossibles à recevoir',
  webhooksBody: (port, reason) =>
    `${reason === 'taken' ? `Un autre programme utilise le port ${port}.` : `Cet ordinateur n’autorise pas le port ${port}.`} Choisissez-en un autre dans les réglages. La synchro continue comme prévu.`,
  keepsFailing: 'La fenêtre de Marshal tombe sans cesse en panne',
  keepsFailingDetail:
    'La synchro continue et tout ce que vous avez enregistré est là. Rechargez la fenêtre, ou quittez et redémarrez Marshal.',
  cannotStart: 'Marshal ne peut pas démarrer',
  finishing: 'Fin en cours…',
  noTargets: 'Aucune cible',
  recoveredTitle: 'La base de données était endommagée et a été mise de côté',
  recoveredDetail: (aside, backup) =>
    `${backup === null ? 'Il n’y avait pas de sauvegarde ; Marshal commence vide.' : `Marshal travaille maintenant avec la sauvegarde la plus récente : ${backup}`}\n\nLe fichier endommagé est gardé : ${aside}`,
  lostTitle: 'Plus rien ne peut être enregistré',
  lostBody:
    'La base de données a été retirée ou remplacée. La fenêtre de Marshal dit ce qu’il faut faire.',
  state: (state, pending, attention) => {
    switch (state) {
      case 'up-to-date':
        return 'À jour'
      case 'sending':
        return `Envoi de ${pending}`
      case 'receiving':
        return 'Réception'
      case 'waiting':
        return `Attend le réseau${pending > 0 ? ` (${pending} en attente)` : ''}`
      case 'paused':
        return `En pause${pending > 0 ? ` (${pending} en attente)` : ''}`
      case 'attention':
        return `À régler (${attention})`
      case 'unknown':
        return 'Inconnu'
      default:
        return assertNever(state)
    }
  },
}

const spanish: DesktopWords = {
  open: 'Abrir',
  cancel: 'Cancelar',
  reload: 'Recargar la ventana',
  syncNow: 'Sincronizar ahora',
  openMarshal: 'Abrir Marshal',
  pause: 'Poner la sincronización en pausa',
  resume: 'Reanudar la sincronización',
  pausedQuestion: 'La sincronización está en pausa: no se envió ni se recibió nada.',
  resumeAndSync: 'Reanudar y sincronizar',
  keepRunning: 'Seguir sincronizando con la ventana cerrada',
  quit: 'Salir de Marshal',
  edit: 'Edición',
  view: 'Ver',
  leaveQuestion: '¿Abrir este enlace fuera de Marshal?',
  keepsSyncing:
    'Marshal sigue sincronizando. Ábralo o salga de él por su icono en la bandeja del sistema.',
  attentionTitle: 'Marshal tiene algo por resolver',
  attentionBody: (count) =>
    count === 1
      ? 'Un registro no se pudo sincronizar.'
      : `${count} registros no se pudieron sincronizar.`,
  settledTitle: 'Marshal vuelve a estar al día',
  settledBody: 'Todo ha llegado.',
  reloadedTitle: 'La ventana de Marshal se recargó',
  reloadedBody:
    'Había dejado de funcionar. Todo lo que guardó está ahí; la sincronización continuó.',
  webhooksTitle: 'Webhooks: no se pueden recibir',
  webhooksBody: (port, reason) =>
    `${reason === 'taken' ? `Otro programa usa el puerto ${port}.` : `Este ordenador no permite el puerto ${port}.`} Elija otro en los ajustes. La sincronización sigue según lo programado.`,
  keepsFailing: 'La ventana de Marshal falla una y otra vez',
  keepsFailingDetail:
    'La sincronización sigue y todo lo que guardó está ahí. Recargue la ventana, o salga de Marshal y ábralo de nuevo.',
  cannotStart: 'Marshal no puede iniciarse',
  finishing: 'Terminando…',
  noTargets: 'Sin destinos',
  recoveredTitle: 'La base de datos estaba dañada y se ha apartado',
  recoveredDetail: (aside, backup) =>
    `${backup === null ? 'No había copia de seguridad; Marshal empieza vacío.' : `Marshal trabaja ahora con la copia más reciente: ${backup}`}\n\nEl archivo dañado se conserva: ${aside}`,
  lostTitle: 'Ya no se puede guardar nada',
  lostBody:
    'La base de datos se quitó o se reemplazó. La ventana de Marshal dice qué hay que hacer.',
  state: (state, pending, attention) => {
    switch (state) {
      case 'up-to-date':
        return 'Al día'
      case 'sending':
        return `Enviando ${pending}`
      case 'receiving':
        return 'Recibiendo'
      case 'waiting':
        return `Esperando la red${pending > 0 ? ` (${pending} pendientes)` : ''}`
      case 'paused':
        return `En pausa${pending > 0 ? ` (${pending} pendientes)` : ''}`
      case 'attention':
        return `Por resolver (${attention})`
      case 'unknown':
        return 'Desconocido'
      default:
        return assertNever(state)
    }
  },
}

const otherLanguages: Readonly<Record<string, DesktopWords>> = {
  de: german,
  fr: french,
  es: spanish,
}

/** @param locale BCP 47, as the operating system reports it */
export function desktopWords(locale: string): DesktopWords {
  return otherLanguages[locale.slice(0, 2).toLowerCase()] ?? english
}
