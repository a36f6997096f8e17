/** The demo event: invented people to try Marshal with, gone with one click. */
import { z } from 'zod'

export const demoView = z.object({
  /** Null while there is none. */
  event: z
    .object({
      id: z.string(),
      name: z.string(),
      /** People entered in it by somebody here; when it is removed, they stay without that entry. */
      others: z.number().int(),
    })
    .nullable(),
  /** It can be added: nothing is here that it could be mixed up with. */
  offered: z.boolean(),
})
export type DemoView = z.infer<typeof demoView>
