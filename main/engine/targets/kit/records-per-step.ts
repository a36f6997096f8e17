import { z } from 'zod'

/** The setting `batchSize` of a target that takes one record per request. It wins over `limits.batchSize`. */
export const recordsPerStep = (otherwise: number) =>
  z.int().min(1).max(1000).default(otherwise).meta({
    title: 'Records per step',
    description: 'How many records are sent before the result is written down. 1 to 1,000.',
  })
