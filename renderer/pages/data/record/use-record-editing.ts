/** Saving and creating one record, and what follows its deletion, with what went wrong kept for showing. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref, shallowRef, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AlongGroup, FieldValue, RecordView } from '../../../../main/contract/records.ts'
import type { EntityName } from '../../../../main/contract/words.ts'
import { toShownProblem, type ShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { useFormat } from '../../../composables/use-format.ts'
import { useNotices } from '../../../composables/use-notices.ts'
import { newRecord, type RecordDrafts } from '../record-drafts.ts'

export function useRecordEditing(options: {
  readonly entity: Ref<EntityName>
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
  const cache = useQueryClient()
  const busy = ref(false)
  const problem = shallowRef<ShownProblem | null>(null)
  watch([entity, id], () => (problem.value = null))

  const reread = () => cache.invalidateQueries({ queryKey: orpc.records.key() })

  /** Answers whether it was saved. */
  async function save(): Promise<boolean> {
    const [kind, key, before] = [entity.value, id.value, record.value]
    const sent = drafts.of(kind, key)
    const isNew = key === newRecord
    if (busy.value || (Object.keys(sent).length === 0 && !isNew)) return false
    busy.value = true
    try {
      const fields = { ...sent }
      const saved = await client.records.set({
        entity: kind,
        fields,
        ...(isNew ? {} : { id: key }),
      })
      drafts.saved(kind, key, sent)
      problem.value = null
      if (isNew) options.created(saved.id)
      await reread()
      notify({
        text: t(isNew ? 'data.created' : 'data.saved', { name: saved.display }),
        tone: 'success',
        ...(before && !isNew
          ? { action: { label: t('common.undo'), run: () => takeBack(kind, before, sent) } }
          : {}),
      })
      return true
    } catch (error) {
      problem.value = toShownProblem(error)
      return false
    } finally {
      busy.value = false
    }
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
    drafts.discard(entity.value, id.value)
    notify({
      text:
        more === 0
          ? t('data.deleted', { name })
          : t('forms.along.deleted', { name, n: number(more) }),
    })
    options.deleted()
    await reread()
  }

  return { busy, problem, save, afterDeletion }
}
