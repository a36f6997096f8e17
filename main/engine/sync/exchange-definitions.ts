/**
 * What events define – own fields, rules before check-in – between a desk and its hub: once the events are on both sides, and before
 * entrants are sent or read, whose values need them. The hub's count.
 */
import { mostChanges, type Definitions } from '../../contract/hub.ts'
import type { Db } from '../db/schema.ts'
import { ownFieldsOf } from '../model/own-fields.ts'
import {
  noteKnownDefinitions,
  noteReadAgain,
  readDefinitions,
  readKnownDefinitions,
  writeDefinitions,
} from '../store/hub/definitions.ts'
import { readLinks } from '../store/links/sync-records.ts'
import { readDisplayNames } from '../store/sql/records.ts'
import type { Target } from '../store/runs/targets.ts'
import { findLive } from '../store/writer/holders.ts'
import type { Connection } from '../targets/kit/adapter.ts'
import {
  agreedAfter,
  defines,
  inPages,
  mergeDefinitions,
  ofEvents,
  type LostDefinition,
} from './inbound/decide/merge-definitions.ts'
import { probe, type HubDefined, type RunContext } from './run-context.ts'

const nothing: Definitions = { fields: [], rules: [] }

/** Own fields that travel between a desk and its hub, each under its own name: all the events here and there have. */
export async function withOwnFields(
  db: Db,
  target: Target,
  { isWhole, theirs }: { readonly isWhole: boolean; readonly theirs: Definitions | null },
): Promise<Target> {
  const { fields } = await readDefinitions(db)
  const known = await readKnownDefinitions(db, target.id)
  const all = [...fields, ...(known?.known.fields ?? []), ...(theirs?.fields ?? [])]
  const names = new Set(all.flatMap(({ name, sensitive }) => (isWhole || !sensitive ? [name] : [])))
  if (names.size === 0) return target
  const places = [...names].toSorted().map((name) => `${ownFieldsOf}.${name}`)
  const rows = places.map((ours) => ({ ours, theirs: ours.slice(ownFieldsOf.length + 1) }))
  return {
    ...target,
    mapping: [...target.mapping, ...rows],
    sensitive: [...target.sensitive, ...places],
  }
}

/** What the hub's events define now; null for a hub of before, which does not tell. It is asked only where something changed. */
export async function readHubDefined(
  db: Db,
  target: Target,
  connection: Connection,
  signal: AbortSignal,
): Promise<HubDefined | null> {
  const on = (await connection.definedOn?.(signal)) ?? null
  if (on === null || !connection.define) return null
  const kept = await readKnownDefinitions(db, target.id)
  if (kept?.known.on === on) return { theirs: { ...kept.known, on }, readAgain: kept.readAgain }
  const theirs = await connection.define({ fields: [], rules: [] }, signal)
  const { fields } = await readDefinitions(db)
  const names = new Set([...fields, ...(kept?.known.fields ?? [])].map(({ name }) => name))
  // On a first fill everything is read anyway.
  const isNew = target.initialDone && theirs.fields.some(({ name }) => !names.has(name))
  return { theirs, readAgain: isNew || (kept?.readAgain ?? false) }
}

/**
 * Brings both sides together as far as they have the same events. What an event that was deleted here defines is not told: the
 * deletion is, where it is let through. Called when events were sent, and when they were read.
 */
export async function exchangeDefinitions(context: RunContext): Promise<void> {
  const { db, target, defined, connection, signal, run } = context
  if (!defined || !connection.define) return
  const kept = await readKnownDefinitions(db, target.id)
  const base = kept?.known ?? nothing
  let { theirs } = defined
  const merged = mergeDefinitions({ base, ours: await readDefinitions(db), theirs })
  const events = [...merged.send.fields, ...merged.send.rules].map(({ eventId }) => eventId)
  const [links, live] = [
    await readLinks(db, target.id, [...new Set(events)]),
    await findLive(db, 'event', [...new Set(events)]),
  ]
  const isBoth = (id: string) => live.has(id) && (links.get(id)?.remoteId ?? null) !== null
  for (const page of inPages(ofEvents(merged.send, isBoth), mostChanges)) {
    theirs = await connection.define(page, signal)
    defined.theirs = theirs
  }
  let changed = false
  await probe(context, 'define:note')
  await db.transaction().execute(async (trx) => {
    const { here } = mergeDefinitions({ base, ours: await readDefinitions(trx), theirs })
    changed = (await writeDefinitions(trx, here)).size > 0
    const all = [base, theirs].flatMap(({ fields, rules }) => [...fields, ...rules])
    const isHere = await findLive(trx, 'event', [...new Set(all.map(({ eventId }) => eventId))])
    // It is asked for again until the event is here.
    const missing = defines(ofEvents(here, (id) => !isHere.has(id)))
    const agreed = agreedAfter(base, theirs, (id) => isHere.has(id))
    const known = { ...agreed, on: missing ? null : theirs.on }
    await noteKnownDefinitions(trx, target.id, known, defined.readAgain)
  })
  await probe(context, 'define:noted')
  if (changed) context.live.emit({ type: 'data', entities: ['event', ownFieldsOf] })
  await run.logErrors(db, await wordsOf(db, merged.lost))
}

/** The entrants were read anew. */
export async function entrantsRead(context: RunContext): Promise<void> {
  const { db, target, defined, signal } = context
  if (defined?.readAgain && !signal.aborted) await noteReadAgain(db, target.id)
}

async function wordsOf(db: Db, lost: readonly LostDefinition[]) {
  const ids = lost.map(({ eventId }) => eventId)
  const names = await readDisplayNames(db, 'event', [...new Set(ids)])
  return lost.map(({ eventId, label, lost: ours, kept }) => {
    const stands = kept
      ? `is "${kept.kind}" at the hub and was "${ours.kind}" here`
      : 'was removed at the hub'
    return {
      ...({ entity: 'event', recordId: eventId, remoteId: null, code: 'rejected' } as const),
      message: `The field ${label} of ${names.get(eventId) ?? 'an event'} ${stands}. The hub's stands; what entrants have in it stays.`,
    }
  })
}
