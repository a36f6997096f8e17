/** Words for status, yes and no, and nothing at all in the languages of lists. Pure. */
import { plainHeader } from './header-words.ts'

function wordMap<Value>(lists: readonly (readonly [Value, string])[]): ReadonlyMap<string, Value> {
  return new Map(
    lists.flatMap(([value, list]) =>
      list.split('|').map((word) => [plainHeader(word), value] as const),
    ),
  )
}

const statuses = wordMap([
  [
    'registered',
    `registered|active|confirmed|complete|completed registration|paid|unpaid|pending|entered|accepted|approved|ok|
    valid|entry|signed up|attending|angemeldet|gemeldet|bestätigt|aktiv|bezahlt|offen|inscrit|inscrite|confirmé|confirmée|payé|
    inscrito|inscrita|confirmado|confirmada|activo|activa|pagado|iscritto|iscritta|confermato|confermata|attivo|
    ingeschreven|bevestigd|actief|betaald|anmäld|bekräftad|betald|påmeldt|bekreftet|tilmeldt|bekræftet|betalt|
    zgłoszony|zgłoszona|zarejestrowany|zarejestrowana|potwierdzony|potwierdzona|opłacony|opłacona|
    přihlášen|přihlášena|přihlášený|registrován|potvrzeno|zaplaceno`,
  ],
  [
    'withdrawn',
    `withdrawn|not attending|cancelled|canceled|cancel|cancelled by runner|deferred|deferral|deferred to next year|refunded|refund|transferred|
    transferred out|transfer out|transfered|dropped|dropped out before start|scratched|deleted|removed|void|voided|
    inactive|abgemeldet|storniert|abgesagt|zurückgezogen|erstattet|verschoben|umgemeldet|gelöscht|annulé|annulée|
    remboursé|remboursée|reporté|reportée|désinscrit|retiré|cancelado|cancelada|anulado|anulada|reembolsado|
    aplazado|baja|retirado|annullato|annullata|cancellato|cancellata|rimborsato|rinviato|ritirato|ritirata|geannuleerd|
    afgemeld|terugbetaald|uitgesteld|teruggetrokken|avanmäld|avbokad|återbetald|återbetalad|avmeldt|kansellert|
    refundert|trukket|afmeldt|annulleret|refunderet|wycofany|wycofana|anulowany|anulowana|anulowane|zwrócono|
    przeniesiony|rezygnacja|zrušeno|zrušen|zrušena|odhlášen|odhlášena|stornováno|vráceno`,
  ],
  [
    'checkedIn',
    `checked in|check in|checkin|checked|present|picked up|bib picked up|collected|eingecheckt|abgeholt|anwesend|
    pointé|retiré dossard|presente|acreditado|accreditato|ingecheckt|aanwezig|incheckad|innsjekket|indchecket|
    odebrany|odebrano|vyzvednuto|přítomen|prezentován`,
  ],
  [
    'started',
    'started|on course|racing|running|gestartet|parti|en course|partito|startad|startet|wystartował|odstartoval',
  ],
  [
    'finished',
    'finished|finisher|complete race|im ziel|ziel|arrivé|arrivée|finalizado|arrivato|gefinisht|målgång|fullført|ukończył|v cíli|dokončil',
  ],
  [
    'dns',
    'dns|did not start|no show|noshow|not started|nicht gestartet|nicht angetreten|non partant|non partante|no presentado|no salió|non partito|niet gestart|ej start|ikke startet|ikke start|nie wystartował|nestartoval',
  ],
  [
    'dnf',
    'dnf|did not finish|retired|nicht im ziel|ausgeschieden|aufgegeben|abandon|abandonné|abandono|no finalizó|uitgevallen|bröt|brutt|udgået|nie ukończył|nedokončil',
  ],
  [
    'dsq',
    'dsq|dq|disq|disqualified|disqualifiziert|disqualifié|disqualifiée|descalificado|descalificada|squalificato|squalificata|gediskwalificeerd|diskvalificerad|diskvalifisert|diskvalificeret|zdyskwalifikowany|diskvalifikován',
  ],
] as const)

/** The model's status for a word; null for one nobody knows. */
export function statusOf(text: string): string | null {
  return statuses.get(plainHeader(text)) ?? null
}

const answers = wordMap([
  [
    true,
    `yes|y|true|1|x|ja|j|wahr|oui|o|vrai|si|sí|s|verdadero|vero|tak|t|ano|a|paid|complete|bezahlt|gezahlt|payé|
    payée|pagado|pagada|pagato|pagata|betaald|betald|betalt|zapłacone|opłacone|zapłacono|zaplaceno|signed|accepted|
    agreed|unterschrieben|akzeptiert|on`,
  ],
  [
    false,
    `no|n|false|0|nein|falsch|non|faux|falso|nee|nej|nei|nie|ne|unpaid|not paid|open|pending|due|outstanding|offen|
    unbezahlt|nicht bezahlt|ausstehend|non payé|impayé|en attente|no pagado|pendiente|non pagato|da pagare|
    niet betaald|openstaand|obetald|ej betald|ikke betalt|ubetalt|niezapłacone|nieopłacone|nezaplaceno|off`,
  ],
] as const)

/** Yes or no for a word; null for one that is neither. */
export function answerOf(text: string): boolean | null {
  if (/^\s*[✓✔☑]\s*$/u.test(text)) return true
  if (/^\s*[✗✘☐]\s*$/u.test(text)) return false
  return answers.get(plainHeader(text)) ?? null
}

const currency = String.raw`(?:[€$£¥₽]|zł|kč|kr\.?|[a-z]{3})`
const amount = new RegExp(
  String.raw`^(?:${currency}\s*)?\d{1,6}(?:[.,' ]\d{3})*(?:[.,](?:\d{1,2}|-+))?(?:\s*${currency})?$`,
  'iu',
)

/** Whether more than nothing was paid, for an amount of money such as 45.00 or € 30; null for what is none. */
export function isPaidBy(text: string): boolean | null {
  return amount.test(text.trim()) ? /[1-9]/.test(text) : null
}

const nothing =
  /^(?:[-–—_.?*/]+|#?n\/?a!?|n\.a\.|none|no|nil|null|nan|undefined|not (?:given|provided|known|available|applicable)|unknown|unbekannt|keine?|keine angabe|k\.?\s?a\.?|ohne|leer|aucune?|néant|inconnue?|ninguno|ninguna|nessuno|nessuna|geen|onbekend|ingen|saknas|okänd|ukjent|ukendt|brak|nie ma|žádný|není|tba|tbd|tbc|#ref!|#value!|#name\?)$/iu

const blankSign = /^(?:[-–—_.?*/]+|#?n\/a!?|n\.a\.|null|undefined|#ref!|#value!|#name\?)$/iu

/** Whether a text is only a sign for nothing. */
export function isBlankSign(text: string): boolean {
  return blankSign.test(text.trim())
}

/** Whether a cell says in words or signs that there is nothing. Never asked of names: None and Null are surnames. */
export function saysNothing(text: string): boolean {
  return nothing.test(text.trim())
}

const dummy = '(?:no|none|na|n\\/a|null|test|no-?e?mail|keine?|unknown|nobody|noreply)'
const emptyAddress = new RegExp(
  `^(?:(?:${dummy}|x+|a)@(?:${dummy}|x+|a)|${dummy}@${dummy}\\.[a-z]{2,4}|` +
    `(?:no|keine?|ohne|pas d['’ ]?|sin|senza|geen|ingen|bez) ?(?:e-?mail|mail|adresse?|address|correo|e-?post)?)$`,
  'iu',
)

/** Whether an address was only typed because a form wanted one. */
export function isEmptyAddress(text: string): boolean {
  return saysNothing(text) || emptyAddress.test(text.trim())
}

/** What a spreadsheet made of a code; null for one it left alone. */
export function spreadsheetDamage(text: string): 'shortened' | 'too-wide' | 'made-date' | null {
  const cell = text.trim()
  if (/^[+-]?\d+(?:[.,]\d+)?E\+\d+$/i.test(cell)) return 'shortened'
  if (/^#{3,}$/.test(cell)) return 'too-wide'
  return isMadeDate(cell) ? 'made-date' : null
}

/** As spreadsheets write months in the languages they are sold in. */
const months =
  'jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|jän|mär|mrz|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|mrt|mei|maj|des|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru'
const madeDate = new RegExp(
  `^(?:\\d{1,2}[-. ]{1,2}(?:${months})\\.?(?:[- ]\\d{2,4})?|(?:${months})\\.?[- ]\\d{2,4})$`,
  'iu',
)
const dayOfYear =
  /^(?:(?:19|20)\d{2}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d{2})(?:[ T]\d.*)?$/

function isMadeDate(cell: string): boolean {
  return madeDate.test(cell) || dayOfYear.test(cell)
}
