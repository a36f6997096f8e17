import { openfn } from '../../../main/engine/targets/openfn/adapter.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { startOpenfn } from './stand-in.ts'
import { openfnKey, openfnServer, received } from './subject.ts'

// With a collection everything that is sent can be received, so all of the suite applies.
testAdapter(openfn.withSettings!(received), async () =>
  openfnServer(await startOpenfn({ key: openfnKey })),
)
