/** Unlinked records as people see them. */
import type { MatchCandidate, MatchFilter, MatchView } from '../../../contract/conflicts.ts'
import type { MatchReason } from '../../../contract/reasons.ts'
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import { matchText } from '../../../contract/words-en.ts'
import type { Db } from '../../db/schema.ts'
import { entities, labelsOf } from '../../model/entities.ts'
import { displayName, type Fields, type MasterRecord } from '../../model/record.ts'
import { readLinksByRecordId } from '../../store/links/inbound-links.ts'
import type { MatchChoice, UnlinkedRecord } from '../../store/attention/matches.ts'
import { readDisplayNames, readRecords } from '../../store/sql/records.ts'
import type { Target } from '../../store/runs/targets.ts'
import type { LinkData } from '../../sync/inbound/decide/link-data.ts'
import { readNames } from '../data/referred-names.ts'
import { targetNamed } from '../targets/target-named.ts'

const allKinds = ['possible', 'remote', 'local'] as const

/** Which unlinked records a filter means. Throws `ProblemError` for a target that does not exist. */
export function chosenMatches(
  targets: readonly Target[],
  { target, kind, ids }: MatchFilter,
): MatchChoice {
  const named = target === undefined ? targets : [targetNamed(targets, target)]
  return {
    targetIds: named.map(({ id }) => id),
    kinds: kind === undefined ? allKinds : [kind],
    ...(ids ? { ids } : {}),
  }
}

/** What is known of a remote record that is not linked. */
export function linkDataOf({ linkData }: UnlinkedRecord): LinkData {
  return linkData === null
    ? { reason: { code: 'said', said: '' }, fields: {} }
    : (JSON.parse(linkData) as LinkData)
}

/** Unlinked records with their candidates; a few statements for each kind of record of a target on the page. */
export async function viewMatches(
  db: Db,
  targets: readonly Target[],
  matches: readonly UnlinkedRecord[],
): Promise<MatchView[]> {
  const views = new Map<number, MatchView>()
  const kinds = Map.groupBy(matches, ({ targetId, entity }) => `${targetId} ${entity}`)
  for (const items of kinds.values()) {
    const { targetId, entity } = items[0]!
    const target = targets.find(({ id }) => id === targetId)?.name ?? ''
    const known = await readKnown(db, targetId, entity, items)
    for (const one of items) {
      const { reason, fields, recordIds = [] } = linkDataOf(one)
      const local = one.recordId !== null
      const cause = local ? localReason(one) : reason
      views.set(one.rowNo, {
        id: String(one.rowNo),
        target,
        entity,
        kind: one.kind,
        recordId: one.recordId,
        remoteId: one.remoteId,
        display: local
          ? (known.names.get(one.recordId) ?? one.recordId)
          : remoteName(entity, fields, known.referred),
        cause,
        reason: matchText(cause, { target, label: labelsOf(entity) }),
        theirs: local ? null : { ...fields },
        candidates: recordIds.flatMap((id) => {
          const record = known.records.get(id)
          return record && record.deletedOn === null
            ? [toCandidate(entity, record, fields, known)]
            : []
        }),
      })
    }
  }
  return matches.flatMap(({ rowNo }) => views.get(rowNo) ?? [])
}

interface Known {
  readonly records: ReadonlyMap<string, MasterRecord>
  /** Names of our own records. */
  readonly names: ReadonlyMap<string, string>
  readonly linkedTo: ReadonlyMap<string, string | null>
  /** Names of the records that remote fields refer to. */
  readonly referred: Readonly<Record<string, string>>
}

async function readKnown(
  db: Db,
  targetId: number,
  entity: EntityName,
  items: readonly UnlinkedRecord[],
): Promise<Known> {
  const data = items.map(linkDataOf)
  const candidates = [...new Set(data.flatMap(({ recordIds = [] }) => recordIds))]
  const own = items.flatMap(({ recordId }) => recordId ?? [])
  const links = await readLinksByRecordId(db, targetId, candidates)
  return {
    records: await readRecords(db, entity, candidates),
    names: await readDisplayNames(db, entity, [...candidates, ...own]),
    linkedTo: new Map([...links].map(([id, link]) => [id, link.remoteId])),
    referred: await readNames(
      db,
      data.flatMap(({ fields }) => fieldsAt(entity, fields)),
    ),
  }
}

/** Every value of a record, for its names. */
export function fieldsAt(entity: EntityName, fields: Readonly<Record<string, FieldValue>>) {
  return Object.entries(fields).map(([field, value]) => ({ entity, field, value }))
}

function toCandidate(
  entity: EntityName,
  record: MasterRecord,
  theirs: Fields,
  { names, linkedTo }: Known,
): MatchCandidate {
  // What the target says something about, and what the record is told by.
  const matter = new Set([
    ...Object.keys(theirs).filter((name) => theirs[name] !== null),
    ...entities[entity].keys.flat(),
  ])
  return {
    recordId: record.id,
    display: names.get(record.id) ?? record.id,
    fields: Object.fromEntries(
      entities[entity].fields.flatMap(({ name }) =>
        matter.has(name) ? [[name, record.fields[name] ?? null]] : [],
      ),
    ),
    linkedTo: linkedTo.get(record.id) ?? null,
  }
}

/** What people would call a record that is only there; an entry is called by its person. */
function remoteName(
  entity: EntityName,
  fields: Fields,
  referred: Readonly<Record<string, string>>,
): string {
  const readable = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, referred[String(value)] ?? value]),
  )
  const person = readable['person']
  if (entity === 'eventParticipant') {
    const number = readable['number']
    const bib = number === null || number === undefined ? '' : `(${number})`
    return [person, bib].filter(Boolean).join(' ') || entities[entity].label
  }
  return displayName(entity, readable)
}

function localReason({ wasThere }: UnlinkedRecord): MatchReason {
  return { code: wasThere ? 'gone-there' : 'new-here' }
}
