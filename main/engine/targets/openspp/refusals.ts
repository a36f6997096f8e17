/** What Odoo's refusals mean. By JSON-RPC all of them come with 200, so the name of the exception decides. */
import type { SyncErrorCode } from '../../../contract/words.ts'
import type { AnswerReader, Effect } from '../kit/answer-error.ts'
import { SyncError } from '../kit/sync-error.ts'
import { isRecord } from '../kit/is-record.ts'
import { textOf } from '../kit/told-record.ts'

/** Session expired; from the interface of pages, and told with a number. */
const sessionExpired = 100

export const reads: AnswerReader = ({ status, body, effect }) => {
  const fault = faultIn(body, status)
  if (!fault) return status === 404 ? nothingThere : null
  const { name, message, code } = fault
  const named = code === sessionExpired ? 'auth' : meaningOf(name, message, effect)
  // A name that says nothing: JSON-2 tells by the status.
  const meant = named === 'server' ? (byStatus[status] ?? named) : named
  // The trace beside it has what was sent in it: nobody keeps or shows that.
  return new SyncError(meant, `${message}${adviceFor(meant, name)}`, { status })
}

const byStatus: Readonly<Record<number, SyncErrorCode>> = {
  401: 'auth',
  403: 'rejected',
  404: 'config',
  422: 'rejected',
}

const nothingThere = new SyncError(
  'config',
  'There is nothing there: the address is another one, or OpenSPP does not offer this interface. JSON-2 is there from Odoo 19; JSON-RPC may be switched off since.',
  { status: 404 },
)

interface Fault {
  readonly name: string
  readonly message: string
  readonly code: unknown
}

/** JSON-RPC: `error.data`; JSON-2: the body of a refusal. */
function faultIn(body: unknown, status: number): Fault | null {
  if (!isRecord(body)) return null
  const { error } = body
  const told = isRecord(error) ? error['data'] : status >= 400 ? body : null
  const data = isRecord(told) ? told : {}
  const name = textOf(data['name'])
  if (name === null && !(isRecord(error) && 'code' in error)) return null
  const own = isRecord(error) ? error : {}
  const message = textOf(data['message']) ?? textOf(own['message']) ?? 'Odoo refused it.'
  return { name: name ?? '', message: oneLine(message), code: own['code'] }
}

function meaningOf(name: string, message: string, effect: Effect): SyncErrorCode {
  if (name.endsWith('.AccessDenied')) return 'auth'
  if (name.endsWith('.AccessError')) return effect === 'none' ? 'auth' : 'rejected'
  if (name.endsWith('.MissingError')) return 'gone'
  if (/\.(ValidationError|UserError)$/.test(name)) return 'rejected'
  if (name.startsWith('psycopg2')) return /does not exist/.test(message) ? 'config' : 'server'
  if (/\b(ValueError|KeyError|TypeError|AttributeError)$/.test(name)) return 'config'
  return 'server'
}

function adviceFor(code: SyncErrorCode, name: string): string {
  if (name.endsWith('.AccessError')) return ' The user of Marshal lacks the right for it.'
  if (code !== 'config') return ''
  return ' Check database, modules and interface in the settings: the site has other ones.'
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 500)
