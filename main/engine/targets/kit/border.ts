/**
 * The border to what another system says. Whatever an adapter brings passes here once, so that nothing comes in that no
 * database keeps as it is: a record with an id of half letters, or with a time no race has, is refused by name and the
 * others go on. Several states of one record on a page are one: what is newest. What does not travel is left behind here.
 */
import { earliestYear, isPossibleTime, latestYear } from '../../model/possible-time.ts'
import type {
  Connection,
  RemotePage,
  RemoteRecord,
  SendOutcome,
  UnreadableRecord,
  WebhookReceipt,
} from './adapter.ts'
import { newestOfEach } from './newest-of-each.ts'
import { SyncError } from './sync-error.ts'

/**
 * A connection whose answers were looked at.
 * @param lighten leaves out of a record what may not be kept of it
 */
export function withBorder(
  connection: Connection,
  lighten: (record: RemoteRecord) => RemoteRecord = (record) => record,
): Connection {
  const { changes, fetch: one, find, receive } = connection
  return {
    ...connection,
    async send(entity, sent, signal) {
      return (await connection.send(entity, sent, signal)).map(checkedOutcome)
    },
    ...(changes && {
      changes: async (entity, cursor, signal) => {
        const page = checkedPage(await changes(entity, cursor, signal))
        return { ...page, records: page.records.map(lighten) }
      },
    }),
    ...(one && {
      fetch: async (entity, remoteId, signal) => {
        const record = await one(entity, remoteId, signal)
        return record === null || record === 'silent' ? record : lighten(checked(record))
      },
    }),
    ...(find && {
      find: async (entity, change, signal) => {
        const found = await find(entity, change, signal)
        return found === 'undecidable' ? found : newestOfEach(found.map(checked)).map(lighten)
      },
    }),
    ...(receive && {
      receive: async (request) => {
        const receipt = checkedReceipt(await receive(request))
        return { ...receipt, records: receipt.records.map(lighten) }
      },
    }),
  }
}

/** What is wrong with a record, null for nothing. */
export function faultOf(record: RemoteRecord): UnreadableRecord | null {
  const { remoteId, movedTo, version, modifiedOn } = record
  if (!isId(remoteId)) {
    return refused(record, null, `has an id that cannot be kept as it is ("${shown(remoteId)}")`)
  }
  if ((movedTo ?? null) !== null && !isId(movedTo!)) {
    return refused(record, remoteId, `lives on under an id that cannot be kept as it is`)
  }
  if (!version.isWellFormed()) {
    return refused(record, remoteId, 'has a version that is no whole text')
  }
  if (modifiedOn !== null && !isPossibleTime(modifiedOn / 1000)) {
    const when = timeInWords(modifiedOn)
    const range = `between ${earliestYear} and ${latestYear}`
    return refused(record, remoteId, `says it was changed ${when}, which is not ${range}`)
  }
  return null
}

/** Half a letter, or a sign that ends texts, and two ids become one somewhere on their way into the database. */
function isId(text: string): boolean {
  return text !== '' && text.isWellFormed() && !text.includes('\u0000')
}

function checkedPage(page: RemotePage): RemotePage {
  const unreadable = page.unreadable.map((one) =>
    one.remoteId === null || isId(one.remoteId) ? one : { ...one, remoteId: null },
  )
  const records = page.records.filter((record) => {
    const fault = faultOf(record)
    if (fault) unreadable.push(fault)
    return fault === null
  })
  const passedOver = page.passedOver?.filter(isId)
  return { ...page, records: newestOfEach(records), unreadable, ...(passedOver && { passedOver }) }
}

function checked(record: RemoteRecord): RemoteRecord {
  const fault = faultOf(record)
  if (fault) throw fault.error
  return record
}

/** What else came with it is taken in; a webhook of nothing else is refused. */
function checkedReceipt(receipt: WebhookReceipt): WebhookReceipt {
  const faults = receipt.records.flatMap((record) => faultOf(record) ?? [])
  const records = newestOfEach(receipt.records.filter((record) => faultOf(record) === null))
  const named = receipt.fetch.filter(({ remoteId }) => isId(remoteId))
  const [fault] = faults
  if (records.length + named.length === 0) {
    if (fault) throw fault.error
    if (receipt.fetch.length > 0) {
      throw new SyncError('bad-response', 'The webhook names a record by an id nobody can keep.')
    }
  }
  return { ...receipt, records, fetch: named }
}

/** It was written there; under an id that can be kept it is found again, and a time nobody has says nothing. */
function checkedOutcome(outcome: SendOutcome): SendOutcome {
  const told = outcome.status === 'done' ? outcome : outcome.reached
  if (!told) return outcome
  const { remoteId, remoteModifiedOn = null } = told
  if (!isId(remoteId)) {
    const message = `The target gave the record an id that cannot be kept as it is ("${shown(remoteId)}").`
    return { status: 'failed', error: new SyncError('ambiguous', message, { maybeSent: true }) }
  }
  if (remoteModifiedOn === null || isPossibleTime(remoteModifiedOn / 1000)) return outcome
  return outcome.status === 'done'
    ? { ...outcome, remoteModifiedOn: null }
    : { ...outcome, reached: { ...outcome.reached!, remoteModifiedOn: null } }
}

function refused(
  { entity, remoteId }: RemoteRecord,
  known: string | null,
  why: string,
): UnreadableRecord {
  const who = known === null ? `A ${entity}` : `The ${entity} ${shown(remoteId)}`
  return { remoteId: known, error: new SyncError('bad-response', `${who} ${why}.`) }
}

function shown(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '�').slice(0, 100)
}

function timeInWords(micros: number): string {
  const date = new Date(Math.floor(micros / 1000))
  return Number.isNaN(date.getTime()) ? 'at no time there is' : `in ${date.getUTCFullYear()}`
}
