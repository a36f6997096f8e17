/** Persons here who may be one, for the window and the command line. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import type { DoubleSide, DoubleView } from '../../../contract/doubles.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { changeTogether } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Db } from '../../db/schema.ts'
import { displayName, type MasterRecord } from '../../model/record.ts'
import { judge } from '../../model/same-person.ts'
import {
  countDoubles,
  decideDouble,
  findDouble,
  followMerged,
  readDoubles,
  type NotedDouble,
} from '../../store/attention/doubles.ts'
import { readDisplayNames, readRecords, readReferring } from '../../store/sql/records.ts'
import { toIso, toMicros } from '../../store/sql/stamps.ts'
import { mergePersons, readMerging } from './merge-persons.ts'
import { readNames } from './referred-names.ts'
import { fieldsAt } from '../attention/match-views.ts'

const os = implement(contract).doubles

export function doubleHandlers(core: Core) {
  return {
    list: os.list.handler(async ({ input: { limit, after } }) => {
      const noted = await readDoubles(core.reader, Number(after) || 0, limit)
      const doubles = await viewDoubles(core.reader, noted)
      return {
        doubles,
        names: await readNames(
          core.reader,
          doubles.flatMap(({ sides }) => sides.flatMap(({ fields }) => fieldsAt('person', fields))),
        ),
        total: await countDoubles(core.reader),
        next: noted.length === limit ? String(noted.at(-1)!.rowNo) : null,
      }
    }),
    merge: os.merge.handler(async ({ input: { id, keep } }) => {
      await changeTogether(core, async (trx, change) => {
        const double = await openDouble(trx, id)
        if (keep !== double.one && keep !== double.other) {
          throw new ProblemError({
            code: 'wrong-use',
            message: `${keep} is none of the two persons.`,
            fix: `Name the one whose record stays: ${double.one} or ${double.other}.`,
          })
        }
        const other = keep === double.one ? double.other : double.one
        await mergePersons(trx, change, await readMerging(trx, keep, other))
        await followMerged(trx, { gone: other, kept: keep })
        await decideDouble(trx, double.rowNo, { decision: 'merged', ...said(core) })
      })
      return { count: 1 }
    }),
    different: os.different.handler(async ({ input: { id } }) => {
      await core.db.transaction().execute(async (trx) => {
        const { rowNo } = await openDouble(trx, id)
        await decideDouble(trx, rowNo, { decision: 'different', ...said(core) })
      })
      return { count: 1 }
    }),
  }
}

const said = (core: Core) => ({ on: toMicros(core.ports.clock.now()), who: core.who() })

async function openDouble(db: Db, id: string): Promise<NotedDouble> {
  const found = await findDouble(db, Number(id) || 0)
  if (found) return found
  throw new ProblemError({
    code: 'not-found',
    message: 'Nobody has to decide about these two any more.',
    fix: 'Look at the list again.',
  })
}

async function viewDoubles(db: Db, noted: readonly NotedDouble[]): Promise<DoubleView[]> {
  const ids = [...new Set(noted.flatMap(({ one, other }) => [one, other]))]
  const persons = await readRecords(db, 'person', ids)
  const entries = await readReferring(db, { entity: 'eventParticipant', field: 'person' }, ids)
  const events = await readDisplayNames(db, 'event', [
    ...new Set(entries.map(({ fields }) => String(fields['event']))),
  ])
  const ofPerson = Map.groupBy(entries, ({ fields }) => String(fields['person']))
  const sideOf = (person: MasterRecord): DoubleSide => ({
    id: person.id,
    display: displayName('person', person.fields),
    fields: person.fields,
    entries: (ofPerson.get(person.id) ?? []).map(({ fields }) => ({
      event: events.get(String(fields['event'])) ?? '',
      bib: typeof fields['number'] === 'string' ? fields['number'] : null,
    })),
  })
  return noted.flatMap(({ rowNo, one, other, foundOn, source }) => {
    const [a, b] = [persons.get(one), persons.get(other)]
    if (!a || !b) return []
    const { name, shared, differs } = judge(a.fields, b.fields, { sameBib: false })
    const view: DoubleView = {
      id: String(rowNo),
      sides: [sideOf(a), sideOf(b)],
      name,
      shared: [...shared],
      differs: [...differs],
      foundOn: toIso(foundOn)!,
      source,
    }
    return [view]
  })
}
