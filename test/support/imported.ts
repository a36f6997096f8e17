/** What an import left in the database, for tests of importing. */
import type { EntityName } from '../../main/contract/words.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import type { TestCore } from './test-core.ts'

/** Fields of the first thousand records of a kind, in the order they were made. */
export async function importedFields({ core }: TestCore, entity: EntityName) {
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  const { records } = await listRecords(core.reader, entity, options)
  return records.map(({ fields }) => fields)
}
