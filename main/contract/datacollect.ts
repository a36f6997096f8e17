/** The form in which DataCollect keeps what it synchronises with (idpass-data-collect, interfaces/types.ts). */
import { z } from 'zod'

/** A value is text in what DataCollect writes; numbers are text too. */
const extraField = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]),
})
export type ExtraField = z.infer<typeof extraField>

export const externalSync = z.object({
  name: z.string().optional(),
  /** Name of its adapter; one it does not have is ignored there without a word. */
  type: z.string(),
  auth: z.string().optional(),
  url: z.string(),
  extraFields: z.array(extraField).default([]),
})

/** A configuration of DataCollect, as far as it says with whom it synchronises. */
export const dataCollectConfig = z.object({ name: z.string(), externalSync })
export type DataCollectConfig = z.infer<typeof dataCollectConfig>

/** A configuration in any form, with something a person said beside it: DataCollect's has name and address also inside. */
export function saidBeside(
  config: Readonly<Record<string, unknown>>,
  said: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const inside = config['externalSync']
  const isWhole = typeof inside === 'object' && inside !== null
  const own = Object.fromEntries(
    Object.entries(said).filter(([name]) => name === 'name' || name === 'url'),
  )
  return { ...config, ...said, ...(isWhole ? { externalSync: { ...inside, ...own } } : {}) }
}
