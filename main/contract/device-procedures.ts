/** What is asked about the laptops of one event; part of the contract. */
import { z } from 'zod'
import { devicesView, invitation, joined, joinInput } from './devices.ts'
import { done, get, post } from './routes.ts'

export const deviceProcedures = {
  get: get('/devices').output(devicesView),
  /** Lets invited desks in until `shut`, or until Marshal ends here. */
  open: post('/devices/open').output(done),
  shut: post('/devices/shut').output(done),
  /** A code for one more desk; refused while no desk is let in. */
  invite: post('/devices/invite').output(invitation),
  /** A desk is let in no more, from its next question on. */
  revoke: post('/devices/revoke')
    .input(z.object({ id: z.string() }))
    .output(done),
  /** Makes this laptop a desk of a hub; what the hub has comes with the first run. */
  join: post('/devices/join').input(joinInput).output(joined),
  /** A person has looked at these notices. */
  settle: post('/devices/settle')
    .input(z.object({ ids: z.array(z.number().int()).max(1_000) }))
    .output(z.object({ count: z.number().int() })),
}
