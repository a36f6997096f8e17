/** Saving and creating one record, and what follows its deletion, with what went wrong kept for showing. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref, shallowRef, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type {
  AlongGroup,
  EntityView,
  FieldValue,
  RecordView,
} from '../../../../main/contract/records.ts'
import type { EntityName } from '../../../../main/contract/words.ts'
import { toShownProblem, type ShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { useFormat } from '../../../composables/use-format.ts'
import { useNotices } from '../../../composables/use-notices.ts'
import { saveEachField, type EachField, type Sent } from '../../../fields/save-each-field.ts'
import { useTypedFields } from '../../../fields/use-typed-fields.ts'
import { newRecord, type RecordDraft, type RecordDrafts } from '../record-drafts.ts'
import { typedField } from './stored-text.ts'

/** What became of the last saving; a reason belongs to the text that was `typed` then. */
export interface SaveOutcome {
  /** Field → sentence, for what could not be read. */
  readonly reasons: Readonly<Record<string, string>>
  readonly refused: Readonly<Record<string, ShownProblem>>
  readonly whole: ShownProblem | null
  readonly typed: RecordDraft
  /** Fields that were saved. */
  readonly taken: readonly string[]
}
const nothing: SaveOutcome = { reasons: {}, refused: {}, whole: null, typed: {}, taken: [] }

interface SavedParts {
  readonly kind: EntityName
  readonly before: RecordView | undefined
  readonly isNew: boolean
  readonly taken: RecordDraft
}

export function useRecordEditing(options: {
  readonly entity: Ref<EntityView>
  readonly id: Ref<string>
  readonly record: Ref<RecordView | undefined>
  readonly drafts: RecordDrafts
  readonly created: (id: string) => void
  readonly deleted: () => void
}) {
  const { entity, id, record, drafts } = options
  const { t } = useI18n()
  const { client, orpc } = useEngine()
  const { notify } = useNotices()
  const { number } = useFormat()
  const { read } = useTypedFields()
  const cache = useQueryClient()
  const busy = ref(false)
  const outcome = shallowRef<SaveOutcome>(nothing)
  watch([() => entity.value.name, id], () => (outcome.value = nothing))

  const reread = () => cache.invalidateQueries({ queryKey: orpc.records.key() })

  /** Answers whether all of it was saved. What is there already is saved field by field, a new record as a whole. */
  async function save(): Promise<boolean> {
    const [kind, key, before] = [entity.value.name, id.value, record.value]
    const sent = drafts.of(kind, key)
    const isNew = key === newRecord
    if (busy.value || (Object.keys(sent).length === 0 && !isNew)) return false
    busy.value = true
    try {
      const { values, reasons } = await readDraft(sent)
      outcome.value = { ...nothing, reasons, typed: sent }
      if (isNew && Object.keys(reasons).length > 0) return false
      const result = isNew
        ? await asAWhole(values)
        : await saveEachField<RecordView, FieldValue>(values, (some) => send(some, key))
      outcome.value = {
        reasons,
        typed: sent,
        refused: result.refused,
        whole: result.whole,
        taken: Object.keys(result.taken),
      }
      if (result.saved)
        await afterSaving(result.saved, { kind, before, isNew, taken: result.taken })
      return result.saved !== null && Object.keys(result.taken).length === Object.keys(sent).length
    } finally {
      busy.value = false
    }

    async function send(fields: RecordDraft, recordId: string | null): Promise<Sent<RecordView>> {
      try {
        const idOf = recordId === null ? {} : { id: recordId }
        return { saved: await client.records.set({ entity: kind, fields, ...idOf }) }
      } catch (error) {
        return { problem: toShownProblem(error) }
      }
    }
    async function asAWhole(values: RecordDraft): Promise<EachField<RecordView, FieldValue>> {
      const answer = await send(values, null)
      if ('saved' in answer) return { saved: answer.saved, taken: values, refused: {}, whole: null }
      const { problem } = answer
      const names = Object.keys(problem.fields ?? {})
      return {
        saved: null,
        taken: {},
        refused: Object.fromEntries(names.map((name) => [name, problem])),
        whole: names.length > 0 ? null : problem,
      }
    }
    async function afterSaving(saved: RecordView, what: SavedParts): Promise<void> {
      const texts = Object.entries(sent).filter(([name]) => name in what.taken)
      drafts.saved(kind, key, Object.fromEntries(texts))
      if (what.isNew) options.created(saved.id)
      await reread()
      const { before: earlier, taken } = what
      notify({
        text: t(what.isNew ? 'data.created' : 'data.saved', { name: saved.display }),
        tone: 'success',
        ...(earlier && !what.isNew
          ? { action: { label: t('common.undo'), run: () => takeBack(kind, earlier, taken) } }
          : {}),
      })
    }
  }

  /** Texts are read; what was chosen is sent as it is. */
  async function readDraft(draft: RecordDraft) {
    const byName = new Map(entity.value.fields.map((field) => [field.name, field]))
    const isText = (value: FieldValue) => value === null || typeof value === 'string'
    const entries = Object.entries(draft)
    const texts = entries.filter(([, value]) => isText(value))
    const others = entries.filter(([, value]) => !isText(value))
    const { values, reasons } = await read(
      Object.fromEntries(texts.map(([name, value]) => [name, String(value ?? '')])),
      (name) => {
        const field = byName.get(name)
        return field ? typedField(field) : { kind: 'text' }
      },
    )
    return { values: { ...values, ...Object.fromEntries(others) } as RecordDraft, reasons }
  }

  async function takeBack(
    kind: EntityName,
    before: RecordView,
    sent: Readonly<Record<string, FieldValue>>,
  ): Promise<void> {
    const fields = Object.fromEntries(
      Object.keys(sent).map((name) => [name, (before[name] ?? null) as FieldValue]),
    )
    try {
      await client.records.set({ entity: kind, id: before.id, fields })
      await reread()
      notify({ text: t('common.undone') })
    } catch (error) {
      notify({ text: toShownProblem(error).message, tone: 'error' })
    }
  }

  /** Tells what went, and leaves the record. */
  async function afterDeletion(along: readonly AlongGroup[]): Promise<void> {
    const more = along
      .filter(({ action }) => action === 'deleted')
      .reduce((sum, { count }) => sum + count, 0)
    const name = record.value?.display ?? ''
    drafts.discard(entity.value.name, id.value)
    notify({
      text:
        more === 0
          ? t('data.deleted', { name })
          : t('forms.along.deleted', { name, n: number(more) }),
    })
    options.deleted()
    await reread()
  }

  return { busy, outcome, save, afterDeletion, forget: () => (outcome.value = nothing) }
}
