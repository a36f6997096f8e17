/** What `marshal hub … --json` prints, as `command-documents.ts` does for the other commands. */
import { z } from 'zod'
import { count, instant } from './command-documents.ts'

export const hubDevicesDocument = z.strictObject({
  devices: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      pairedOn: instant,
      lastSeenOn: instant,
      behind: count.nullable(),
      clockOffsetMs: z.number().nullable(),
    }),
  ),
})
