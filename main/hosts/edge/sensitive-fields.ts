/** Sensitive values on a terminal: whoever passes by reads along. With `--json` programs get them all the same. */
import { isSensitiveOwnField } from '../../contract/own-field-names.ts'
import type { EntityName } from '../../contract/words.ts'
import type { EngineWork } from './cli.ts'

/** Stands in place of a sensitive value. */
export const hiddenValue = '(sensitive, see --json)'

export type IsSensitive = (entity: EntityName, field: string) => boolean

/** Reads from the model which fields are sensitive; an own field says so by its name, also once no event has it. */
export async function sensitiveFields(client: EngineWork['client']): Promise<IsSensitive> {
  const names = (await client.model.entities()).flatMap(({ name, fields }) =>
    fields.filter(({ sensitive }) => sensitive).map((field) => `${name}.${field.name}`),
  )
  return (entity, field) => names.includes(`${entity}.${field}`) || isSensitiveOwnField(field)
}
