/** The model as data, for forms and tables in the window. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ownAnswers, ownFieldLimits } from '../../../contract/own-field-names.ts'
import type { OwnField } from '../../../contract/own-fields.ts'
import type { EntityView, FieldView } from '../../../contract/records.ts'
import type { Core } from '../../core.ts'
import { entitiesInOrder } from '../../model/entities.ts'
import type { EntityDefinition, FieldKind } from '../../model/field.ts'
import { longestOf } from '../../model/normalise.ts'
import { ownFieldsOf } from '../../model/own-fields.ts'
import { readOwnFields } from '../../store/sql/own-fields.ts'

const os = implement(contract).model

export function modelHandlers({ reader }: Pick<Core, 'reader'>) {
  return {
    entities: os.entities.handler(async () => {
      const own = await readOwnFields(reader)
      return entitiesInOrder.map((entity) => {
        const view = entityToView(entity)
        return entity.name === ownFieldsOf
          ? { ...view, fields: [...view.fields, ...ownViews(own)] }
          : view
      })
    }),
  }
}

/** Own fields, each name once. An answer is chosen like any word: it is kept as one. */
function ownViews(own: readonly OwnField[]): FieldView[] {
  const byName = Map.groupBy(own, ({ name }) => name)
  return [...byName.values()].map((same) => {
    const { name, label, kind, sensitive } = same[0]!
    const choices = kind === 'yesNo' ? ownAnswers : new Set(same.flatMap((field) => field.choices))
    return {
      name,
      label,
      sensitive,
      kind: kind === 'yesNo' ? 'choice' : kind,
      required: false,
      ...(kind === 'yesNo' || kind === 'choice' ? { choices: [...choices] } : {}),
      ...(kind === 'text' ? { maxLength: ownFieldLimits.value } : {}),
      events: same.map(({ eventId }) => eventId),
    }
  })
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
