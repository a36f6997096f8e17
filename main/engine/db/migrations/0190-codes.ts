/**
 * Earlier versions stored English sentences where now a code with its facts is stored: why a target is paused, what a guard
 * stopped, and why a record was not linked. A sentence that is not known is kept as it is, under the code `said`.
 */
import { sql, type Kysely } from 'kysely'
import { statementsOf, type Migration } from '../migration.ts'

const pauses = `UPDATE target SET pausedReason = CASE
  WHEN pausedReason = 'The set-up is not finished' THEN json_object('code', 'set-up')
  WHEN pausedReason = 'It is being removed' THEN json_object('code', 'removing')
  WHEN pausedReason LIKE 'Paused by %' THEN json_object('code', 'person', 'who', substr(pausedReason, 11))
  WHEN pausedReason LIKE '% refused the sign-in: %' THEN json_object('code', 'sign-in', 'said', trim(replace(
    substr(pausedReason, instr(pausedReason, ' refused the sign-in: ') + 22),
    'Check the key or password, then resume.', '')))
  ELSE json_object('code', 'said', 'said', pausedReason) END
WHERE pausedReason IS NOT NULL`

const guards = `UPDATE sync_run SET guard = json_remove(CASE
  WHEN guard ->> 'reason' LIKE '%would be deleted at the target%' THEN json_set(guard, '$.code', 'delete-there')
  WHEN guard ->> 'reason' LIKE '%would be overwritten at the target%' THEN json_set(guard, '$.code', 'overwrite-there')
  WHEN guard ->> 'reason' LIKE '%and cannot be asked: made there once more%' THEN json_set(guard, '$.code', 'create-there')
  WHEN guard ->> 'reason' LIKE '%would be deleted here%' THEN json_set(guard, '$.code', 'delete-here')
  WHEN guard ->> 'reason' LIKE '%would be unlinked here%' THEN json_set(guard, '$.code', 'unlink-here')
  ELSE json_set(guard, '$.code', 'said', '$.said', guard ->> 'reason') END, '$.reason')
WHERE guard IS NOT NULL`

/** Labels of the fields that identify a record, as they stood in the sentences. */
const fieldNames: Readonly<Record<string, string>> = {
  ...{ name: 'name', 'e-mail': 'email', 'last name': 'lastName', 'first name': 'firstName' },
  ...{ 'date of birth': 'dateOfBirth', gender: 'gender', event: 'event', race: 'race' },
  ...{ number: 'number', barcode: 'barcode', epc: 'uuid', bib: 'number', person: 'person' },
  ...{ 'start group': 'startGroup', 'event participant': 'eventParticipant' },
  ...{ channel: 'channel', topic: 'topic' },
}
const nameWords: Readonly<Record<string, string>> = {
  ...{ 'same name': 'same', 'similar name': 'letters', 'another name': 'other' },
  ...{ 'same last name and initial': 'initial', 'same names the other way round': 'swapped' },
}
const twoPartNames: Readonly<Record<string, string>> = {
  'same first name, another last name': 'surname',
  'same last name, one first name is missing': 'noFirstName',
}
const factNames: Readonly<Record<string, string>> = {
  ...{ 'birth date': 'dateOfBirth', 'e-mail': 'email', phone: 'phone', bib: 'bib' },
  ...{ gender: 'gender', age: 'age' },
}
const plain: Readonly<Record<string, string>> = {
  'linked already': 'known',
  'same names, but the birth date is not known on both sides': 'namesakes',
  'the same in everything, with nothing that tells namesakes apart': 'alike',
  'nothing here fits; new records of this target are taken over': 'taken-over',
  'nothing here fits; this target does not add records': 'nothing',
}

type Coded = Readonly<Record<string, unknown>>

/** The code of a sentence an earlier version stored beside a record of a target. */
function codeOf(said: string): Coded {
  const code = plain[said]
  if (code !== undefined) return { code }
  const several = /^(\d+) records here fit equally well$/.exec(said)
  if (several) return { code: 'several', count: Number(several[1]) }
  const similar = /^similar, but (.+) differs$/.exec(said)
  const differing = similar ? fieldsIn(similar[1]!) : null
  if (differing) return { code: 'similar', fields: differing }
  const linked = /^(.+?)(: another one of what is linked to |, but linked to )(.+)$/.exec(said)
  const by = linked ? sharedIn(linked[1]!) : null
  if (linked && by) {
    return linked[2]!.startsWith(':')
      ? { code: 'joined', fields: by, linkedTo: linked[3] }
      : { code: 'linked', fields: by, linkedTo: linked[3]!.replace(/ already$/, '') }
  }
  return likenessIn(said) ?? { code: 'said', said }
}

function fieldsIn(labels: string): readonly string[] | null {
  const names = labels.split(' and ').map((label) => fieldNames[label])
  return names.every((name) => name !== undefined) ? names : null
}

function sharedIn(words: string): readonly string[] | null {
  if (words === 'a record that refers to it is the same') return []
  return words.startsWith('same ') ? fieldsIn(words.slice('same '.length)) : null
}

/** What two persons share and where they differ: `same name, same e-mail, another gender`. */
function likenessIn(said: string): Coded | null {
  const two = Object.keys(twoPartNames).find((words) => said.startsWith(words))
  const [first = '', ...facts] = two
    ? [two, ...said.slice(two.length).split(', ').slice(1)]
    : said.split(', ')
  const name = twoPartNames[first] ?? nameWords[first]
  if (name === undefined) return null
  const named = (start: string) =>
    facts
      .filter((fact) => fact.startsWith(start))
      .map((fact) => factNames[fact.slice(start.length)])
  const [shared, differs] = [named('same '), named('another ')]
  if (shared.length + differs.length < facts.length) return null
  if ([...shared, ...differs].includes(undefined)) return null
  return { code: 'doubtful', likeness: { name, shared, differs } }
}

/** Few sentences stand beside many records: each is read once. */
async function matches(db: Kysely<unknown>): Promise<void> {
  const found = await sql<{
    said: string
  }>`SELECT DISTINCT linkData ->> 'reason' AS said FROM sync_record
    WHERE linkData IS NOT NULL AND json_type(linkData, '$.reason') = 'text'`.execute(db)
  const codes = found.rows.map(({ said }) => [said, codeOf(said)])
  await sql`UPDATE sync_record SET linkData = json_set(linkData, '$.reason', json(m.code))
    FROM (SELECT value ->> 0 AS said, value -> 1 AS code FROM json_each(${JSON.stringify(codes)})) AS m
    WHERE linkData IS NOT NULL AND json_type(linkData, '$.reason') = 'text' AND linkData ->> 'reason' = m.said`.execute(
    db,
  )
}

export const codes: Migration = {
  name: '0190-codes',
  async up(db) {
    await statementsOf([pauses, guards])(db)
    await matches(db)
  },
}
