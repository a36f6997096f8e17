/** The model as data, for forms and tables in the window. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import type { EntityView } from '../../../contract/records.ts'
import { entitiesInOrder } from '../../model/entities.ts'
import type { EntityDefinition, FieldKind } from '../../model/field.ts'
import { longestOf } from '../../model/normalise.ts'

const os = implement(contract).model

export function modelHandlers() {
  return { entities: os.entities.handler(() => entitiesInOrder.map(entityToView)) }
}

/** Kinds whose length is the writer's own. */
const textKinds = new Set<FieldKind>(['text', 'name', 'note', 'email', 'phone', 'url', 'code'])

function entityToView({ name, label, plural, fields }: EntityDefinition): EntityView {
  return {
    name,
    label,
    plural,
    fields: fields.map((field) => ({
      name: field.name,
      kind: field.kind,
      label: field.label,
      required: field.required ?? false,
      sensitive: field.sensitive ?? false,
      ...(field.choices ? { choices: [...field.choices] } : {}),
      ...(field.refersTo ? { refersTo: field.refersTo } : {}),
      ...(textKinds.has(field.kind) ? { maxLength: longestOf(field) } : {}),
    })),
  }
}
