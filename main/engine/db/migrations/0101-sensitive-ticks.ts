/** Sensitive fields travel only where a person ticked them. A target set up before keeps those it had. */
import { statementsOf, type Migration } from '../migration.ts'

/** What the adapters of earlier versions sent. */
const had = `CASE target.adapter WHEN 'tagserver' THEN '["person.identityNumber"]' WHEN 'runsignup' THEN '[]'
  ELSE '["person.identityNumber","person.emergencyContactName","person.emergencyContactNumber","person.medicalConditions"]' END`

const all = `'person.identityNumber', 'person.emergencyContactName', 'person.emergencyContactNumber',
  'person.medicalConditions'`

const statements: readonly string[] = [
  // JSON list of `entity.field`.
  `ALTER TABLE target ADD COLUMN sensitive TEXT NOT NULL DEFAULT '[]'`,
  // 1 kept from an earlier version, 2 and the log says so, 0 a person has decided.
  `ALTER TABLE target ADD COLUMN sensitiveKept INTEGER NOT NULL DEFAULT 0`,
  `UPDATE target SET sensitive = (SELECT json_group_array(value) FROM (
       SELECT value FROM json_each(${had})
       UNION SELECT row.value ->> 'ours' FROM json_each(target.mapping) AS row WHERE row.value ->> 'ours' IN (${all})))
     WHERE EXISTS (SELECT 1 FROM json_each(target.entities) WHERE value = 'person')`,
  `UPDATE target SET sensitiveKept = 1 WHERE sensitive <> '[]'`,
]

export const sensitiveTicks: Migration = {
  name: '0101-sensitive-ticks',
  up: statementsOf(statements),
}
