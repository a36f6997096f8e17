/** Between their records and ours: conditions and mappings of a person, by rules here, by expressions in the box. */
import { isRecord } from '../kit/is-record.ts'
import type { Box, Boxed } from '../kit/box.ts'
import type { RemoteBody } from '../kit/resource.ts'
import { mapByRules } from './mapping-rules.ts'
import { mappingIn, ruleIn } from './said-by-a-person.ts'
import type { CollectionSettings } from './settings.ts'

type Said = Pick<CollectionSettings, 'conditions' | 'mappingIn' | 'mappingOut'>

/** Whether each record is received, in order. Throws `SyncError` `config` beyond the limits of the box. */
export async function wanted(
  box: Box,
  { conditions }: Pick<Said, 'conditions'>,
  records: readonly unknown[],
): Promise<readonly boolean[]> {
  const rule = ruleIn(conditions)
  return rule === null ? records.map(() => true) : box.holds(rule, records)
}

/** Each of their records under our names, in order. */
export const inOurWords = (box: Box, said: Pick<Said, 'mappingIn'>, records: readonly unknown[]) =>
  mapped(box, said.mappingIn, records)

/** A body of ours under their names. */
export async function inTheirWords(
  box: Box,
  said: Pick<Said, 'mappingOut'>,
  body: RemoteBody,
): Promise<Boxed<RemoteBody>> {
  const [made] = await mapped(box, said.mappingOut, [body])
  return made ?? { ok: false, why: 'gives nothing' }
}

async function mapped(
  box: Box,
  text: string,
  records: readonly unknown[],
): Promise<readonly Boxed<RemoteBody>[]> {
  const mapping = mappingIn(text)
  const made: readonly Boxed<unknown>[] =
    mapping.kind === 'jsonata'
      ? await box.map(mapping.expression, records)
      : records.map((record) => ({
          ok: true,
          value: mapping.kind === 'rules' ? mapByRules(mapping.rules, record) : record,
        }))
  return made.map((one) => {
    if (!one.ok) return one
    return isRecord(one.value)
      ? { ok: true, value: one.value }
      : { ok: false, why: 'the mapping gives no object' }
  })
}
