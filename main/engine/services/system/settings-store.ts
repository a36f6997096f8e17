/** Settings of this installation, kept in the database and at hand in memory. */
import { settings as schema, type Settings } from '../../../contract/settings.ts'
import type { Operator } from '../../../contract/operator.ts'
import type { Db } from '../../db/schema.ts'

export interface SettingsStore {
  current(): Settings
  set(changes: Partial<Settings>): Promise<Settings>
  /** Told the settings each time they were set. Returns the function that ends this. */
  onChange(listener: (settings: Settings) => void): () => void
  /** Operator and desk, as the history shows them; what a caller leaves empty is of this computer. */
  who(caller: Operator): string
}

const initial: Settings = {
  deviceName: '',
  operatorName: '',
  theme: 'system',
  language: 'system',
  pausedAll: false,
  lockedUntil: null,
  webhooks: { enabled: false, port: 4781 },
}

/** Reads the settings; one that no longer fits its schema falls back to its first value. */
export async function createSettings(db: Db): Promise<SettingsStore> {
  const rows = await db.selectFrom('setting').selectAll().execute()
  const listeners = new Set<(settings: Settings) => void>()
  let current: Settings = initial
  for (const { key, value } of rows) {
    const parsed = schema.partial().safeParse({ [key]: JSON.parse(value) as unknown })
    if (parsed.success) current = { ...current, ...parsed.data }
  }
  return {
    current: () => current,
    async set(changes) {
      schema.parse({ ...current, ...changes })
      const values = Object.entries(changes).map(([key, value]) => ({
        key,
        value: JSON.stringify(value),
      }))
      if (values.length > 0) {
        await db
          .insertInto('setting')
          .values(values)
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet(({ ref }) => ({ value: ref('excluded.value') })),
          )
          .execute()
      }
      // Not before it is durable: on a full disk the old ones stand.
      current = schema.parse({ ...current, ...changes })
      for (const listener of listeners) listener(current)
      return current
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    who: ({ name, desk }) =>
      [name || current.operatorName, desk || current.deviceName].filter(Boolean).join(' @ ') ||
      'operator',
  }
}
